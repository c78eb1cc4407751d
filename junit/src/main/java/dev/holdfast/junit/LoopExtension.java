package dev.holdfast.junit;

import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// What [LoopTest] means: on a loop of its own, in real time.
final class LoopExtension implements InvocationInterceptor {
    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> method, ReflectiveInvocationContext<Method> how, ExtensionContext context)
            throws Throwable {
        var test = AnnotationSupport.findAnnotation(how.getExecutable(), LoopTest.class);
        if (test.isEmpty()) method.proceed();
        else new TimedRun(Duration.ofMillis(test.get().millis())).run(method::proceed);
    }
}
