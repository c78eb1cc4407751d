package dev.holdfast.loop;

import java.security.ProtectionDomain;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The line of the user's code that made something, or is just calling something of ours:
/// `Bank.transfer(Bank.java:17)`.
///
/// To find it means to walk the stack, a microsecond or so, hence it is remembered only where that is asked for.
/// `-Dholdfast.origins=all`: for everything that is made; a loop in a test does so by itself
/// ([IOLoop#traceOrigins]). By default, `sampled`: for the first [#FIRST] tasks of each loop, and of the others for
/// one in [#ONE_IN]. `off`: never.
///
/// @param site class, method, file and line
public record Origin(String site) {
    /// Of the first so many tasks of a loop it is known where they were started, if origins are sampled.
    public static final int FIRST = 1_000;

    /// Of the later ones it is known for one in so many.
    public static final int ONE_IN = 1_000;

    static final boolean ALWAYS = mode().equals("all");
    private static final boolean NEVER = mode().equals("off");
    private static final Set<ProtectionDomain> OURS = Stream.concat(
                    Stream.of(Origin.class),
                    ServiceLoader.load(Library.class, Origin.class.getClassLoader()).stream()
                            .map(ServiceLoader.Provider::type))
            .map(Class::getProtectionDomain)
            .collect(Collectors.toUnmodifiableSet());
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private static String mode() {
        return System.getProperty("holdfast.origins", "sampled");
    }

    /// {@return where the current code was called by the user's; null if nobody of theirs did, but the loop itself}
    public static @Nullable Origin here() {
        return WALKER.walk(frames -> frames.filter(frame -> isUsers(frame.getDeclaringClass()))
                .findFirst()
                .map(frame -> new Origin(inWords(frame.toStackTraceElement())))
                .orElse(null));
    }

    /// {@return where the current code was called by the user's, or null if that need not be known}
    public static @Nullable Origin ofNew() {
        var loop = IOLoop.currentOrNull();
        return loop == null ? (ALWAYS ? here() : null) : ofNewOn(loop);
    }

    /// {@return where the current code was called by the user's, or null if that need not be known}
    ///
    /// @param loop on which something is made
    public static @Nullable Origin ofNewOn(IOLoop loop) {
        return loop.isTracing() ? here() : null;
    }

    /// {@return where the current code was called by the user's, or null if that need not be known of this one}
    ///
    /// @param loop on which something is made
    /// @param number how many of its kind were made there before
    public static @Nullable Origin ofNewOn(IOLoop loop, int number) {
        boolean isSample = number < FIRST || number % ONE_IN == 0;
        return loop.isTracing() || (isSample && !NEVER) ? here() : null;
    }

    /// {@return where `stack`, which need not be the current one, was last in the user's code; null if it never
    /// was}
    ///
    /// @param stack innermost first
    public static @Nullable Origin of(StackTraceElement[] stack) {
        for (var frame : stack) if (isUsers(frame)) return new Origin(inWords(frame));
        return null;
    }

    /// {@return whether a line of a stack is the user's, or of a library: not ours, and not the JDK's base}
    ///
    /// @param frame the line
    public static boolean isUsers(StackTraceElement frame) {
        if ("java.base".equals(frame.getModuleName())) return false;
        try {
            return isUsers(Origin.class.getClassLoader().loadClass(frame.getClassName()));
        } catch (ClassNotFoundException | LinkageError e) {
            return true; // what we cannot see is not ours
        }
    }

    /// {@return a line of a stack, as an origin says it: `Bank.transfer(Bank.java:17)`} A lambda goes by the name
    /// of the method that it stands in.
    ///
    /// @param frame the line
    public static String inWords(StackTraceElement frame) {
        var type = frame.getClassName();
        var method = frame.getMethodName();
        if (method.startsWith("lambda$")) method = method.substring(7, method.lastIndexOf('$'));
        return type.substring(type.lastIndexOf('.') + 1) + "." + method + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    /// {@return whether `type` is the user's, or of a library: not ours, and not the JDK's base}
    ///
    /// @param type any class
    public static boolean isUsers(Class<?> type) {
        if (type.getModule() == Object.class.getModule()) return false;
        // The name alone will not do for our own tests, nor the place alone for one jar that holds everything.
        boolean isOurs = type.getName().startsWith("dev.holdfast.") && OURS.contains(type.getProtectionDomain());
        return !isOurs;
    }

    /// {@return the line}
    @Override
    public String toString() {
        return site;
    }
}
