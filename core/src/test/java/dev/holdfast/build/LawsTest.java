package dev.holdfast.build;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Laws 3, 4, 7 and 8 of design.md, read from the compiled classes. A law's exceptions stand in its list, each with
/// its reason; a reason that no longer holds fails too, so that the lists only ever tell the truth.
@Tag("build")
class LawsTest {
    /// Law 3: who may be seen by two threads at once. A package stands for all of its classes.
    private static final Map<String, String> DOORS = Map.ofEntries(
            entry("Shutdown", "told by the JVM's signal thread, and waits for runs on many threads"),
            entry("inspect.Window", "one thread for all loops waits for JMX to be switched on"),
            entry("inspect.Watchdog", "looks at all loops from a thread of its own"),
            entry("lifetime.Collector", "the JVM has one collector: all loops ask for it, by turns"),
            entry("carrier", "the carriers, the inbox that other threads fill, and the number of the hold"),
            entry("loop.External", "the door: any thread may call and close it"),
            entry("loop.Signals", "told by the JVM's signal thread; the chain belongs to the process"),
            entry("loop.ParkingPoller", "the parking one is woken by other threads"),
            entry("task.Family", "the loops of a group are judged under one lock"),
            entry("task.LoopGroup", "calls go to and fro between its loops"),
            entry("task.Offload", "the offload pool"));

    /// Law 8: the one file.
    private static final Set<String> INTERNALS = Set.of("carrier.Internals");

    /// Looks into the user's own objects, never into the JDK's: for an owner that is held by its task.
    private static final Set<String> LOOKS_INTO_USERS = Set.of("lifetime.Reach");

    /// `sun.misc.Signal` is exported and supported by jdk.unsupported, so this is no inside; still it has one user.
    private static final Set<String> SIGNALS = Set.of("loop.Signals");

    private static final Pattern CONCURRENT = Pattern.compile("java/lang/invoke/VarHandle"
            + "|java/util/concurrent/(atomic/|locks/|Concurrent|CopyOnWrite|\\w+Queue|\\w+Deque|CountDownLatch|Semaphore|Phaser|CyclicBarrier"
            + "|Exchanger)");
    private static final Pattern TIME =
            Pattern.compile("java/lang/System\\.(nanoTime|currentTimeMillis)|java/time/\\w+\\.now"
                    + "|java/time/Clock\\.\\w+|java/time/InstantSource\\.\\w+|java/util/Date\\.<init>");
    private static final Pattern INSIDE = Pattern.compile("(?<![\\w/])(jdk/internal/|sun/(?!misc/Signal))");
    private static final Pattern OPENED = Pattern.compile(
            ".*\\.(setAccessible|trySetAccessible|privateLookupIn|getDeclared(Method|Field|Constructor)s?)"
                    + "|java/lang/Class\\.forName");
    private static final Pattern SIGNAL = Pattern.compile("sun/misc/Signal");

    @Test
    void onlyTheDoorsKnowOfOtherThreads() { // law 3
        var found = new Found();
        for (var type : Built.classes()) {
            found.addNames(type, CONCURRENT);
            for (var field : type.fields()) {
                if (field.flags().has(AccessFlag.VOLATILE)) found.add(type, "volatile " + field.fieldName());
            }
            for (var method : type.methods()) {
                if (method.flags().has(AccessFlag.SYNCHRONIZED)) found.add(type, "synchronized " + method.methodName());
                method.code()
                        .ifPresent(code -> code.forEach(instruction -> {
                            if (instruction instanceof MonitorInstruction)
                                found.add(type, "synchronized in " + method.methodName());
                        }));
            }
        }
        found.expectOnly(DOORS.keySet());
    }

    @Test
    void onlyTheClockReadsTheTime() { // law 4
        var found = new Found();
        for (var type : Built.classes()) found.addCalls(type, TIME);
        found.expectOnly(Set.of("time.Clock"));
    }

    @Test
    void noStaticIsMutable() { // law 7
        var found = new Found();
        for (var type : Built.classes()) {
            for (var field : type.fields()) {
                boolean mutable =
                        field.flags().has(AccessFlag.STATIC) && !field.flags().has(AccessFlag.FINAL);
                if (mutable) found.add(type, "static " + field.fieldName());
            }
        }
        found.expectOnly(Set.of());
    }

    @Test
    void oneFileTouchesTheInsideOfTheJdk() { // law 8
        var found = new Found();
        for (var type : Built.classes()) found.addNames(type, INSIDE);
        found.expectOnly(INTERNALS);
    }

    @Test
    void nobodyElseOpensWhatIsPrivate() { // law 8
        var found = new Found();
        for (var type : Built.classes()) found.addCalls(type, OPENED);
        var allowed = new TreeSet<>(INTERNALS);
        allowed.addAll(LOOKS_INTO_USERS);
        found.expectOnly(allowed);
    }

    @Test
    void oneFileHearsSignals() { // law 8
        var found = new Found();
        for (var type : Built.classes()) found.addNames(type, SIGNAL);
        found.expectOnly(SIGNALS);
    }

    /// What was found in which source file, called by its top-level class, less `dev.holdfast`.
    private static final class Found {
        private final Map<String, Set<String>> uses = new TreeMap<>();

        void add(ClassModel type, String use) {
            uses.computeIfAbsent(file(type), _ -> new TreeSet<>()).add(use);
        }

        /// Every text of the class is looked at, because a type may stand in nothing but a descriptor or a
        /// signature.
        void addNames(ClassModel type, Pattern pattern) {
            for (var entry : type.constantPool()) {
                if (entry instanceof Utf8Entry text
                        && pattern.matcher(text.stringValue()).find()) {
                    add(type, text.stringValue());
                }
            }
        }

        void addCalls(ClassModel type, Pattern pattern) {
            for (var entry : type.constantPool()) {
                if (!(entry instanceof MemberRefEntry member)) continue;
                var call = member.owner().asInternalName() + "." + member.name().stringValue();
                if (pattern.matcher(call).matches()) add(type, call);
            }
        }

        void expectOnly(Set<String> allowed) {
            var strangers = new TreeMap<>(uses);
            strangers.keySet().removeIf(file -> allowed.contains(file) || allowed.contains(folder(file)));
            assertThat(strangers).isEmpty();

            var idle = new TreeSet<>(allowed);
            for (var file : uses.keySet()) {
                idle.remove(file);
                idle.remove(folder(file));
            }
            assertThat(idle).as("exceptions that nobody needs any more").isEmpty();
        }

        private static String file(ClassModel type) {
            var folder = type.thisClass().asSymbol().packageName().replaceFirst("^dev\\.holdfast\\.?", "");
            var source = type.findAttribute(Attributes.sourceFile()).orElseThrow();
            var name = source.sourceFile().stringValue().replace(".java", "");
            return folder.isEmpty() ? name : folder + "." + name;
        }

        private static String folder(String file) {
            return file.substring(0, Math.max(0, file.indexOf('.')));
        }
    }
}
