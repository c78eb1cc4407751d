package dev.holdfast.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test whose method is a coroutine in virtual time: it runs by [dev.holdfast.testing.Sim], and fails on all that a
/// Sim fails on.
///
/// ```
/// @SimTest
/// void aLockIsHandedOn() { … }
///
/// @SimTest(seeds = 1_000)
/// void transfersKeepTheSum() { … }
/// ```
///
/// With `seeds` it is repeated from so many seeds, each a test of its own and named by its seed, until one fails. That
/// one can be had again, alone: by `@SimTest(only = 17)`, or by the system property or JUnit parameter
/// `holdfast.seed=17`.
///
/// Each repetition has an instance and a world of its own. What runs before and after each (`@BeforeEach`,
/// `@AfterEach`, parameter resolvers) runs beside the loop and not on it: it may make a queue or a lock, but not wait.
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@SuppressWarnings("exports") // JUnit makes the extension, and nobody else need see it
@TestTemplate
@ExtendWith(SimExtension.class)
public @interface SimTest {
    /// {@return from how many seeds it is run, from 1 on; with 0, the default, once and in order}
    int seeds() default 0;

    /// {@return the only seeds that it is run from; none means all}
    long[] only() default {};
}
