package dev.holdfast.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/// Runs a test on the mounted carrier only; its twin that is [OnBaton] shows what happens there instead.
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf("dev.holdfast.testing.OnBaton$Kind#isMounted")
public @interface OnMounted {}
