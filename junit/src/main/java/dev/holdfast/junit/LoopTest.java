package dev.holdfast.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test whose method is a coroutine in real time: it runs by [dev.holdfast.Holdfast#run], as a program would. For
/// what cannot be simulated: sockets, other threads, blocking calls.
///
/// ```
/// @LoopTest(millis = 2_000)
/// void theServerAnswers() { … }
/// ```
///
/// It has a deadline. When that passes the test fails, and says what every task was doing; then the method is
/// cancelled. A method that does not even end then is left behind, with its thread.
///
/// What runs before and after each test (`@BeforeEach`, `@AfterEach`, parameter resolvers) runs beside the loop and not
/// on it.
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@SuppressWarnings("exports") // JUnit makes the extension, and nobody else need see it
@Test
@ExtendWith(LoopExtension.class)
public @interface LoopTest {
    /// {@return how long it may take, in milliseconds}
    long millis() default 10_000;
}
