package dev.holdfast.task;

/// The line of the user's code that is just calling one of ours, for messages: `Bank.transfer(Bank.java:17)`.
public final class Site {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private Site() {}

    /// {@return the innermost frame of the current thread that is not ours}
    public static String current() {
        return WALKER.walk(frames -> frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                .findFirst()
                .map(Site::inWords)
                .orElse("an unknown place"));
    }

    private static boolean isOurs(Class<?> type) {
        return type.getProtectionDomain() == Site.class.getProtectionDomain();
    }

    private static String inWords(StackWalker.StackFrame frame) {
        var type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
