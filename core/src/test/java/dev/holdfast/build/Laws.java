package dev.holdfast.build;

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

/// What must stand in few files of a module, read from its compiled classes. A file goes by its top-level class,
/// less `root`; a package stands for all of its classes.
///
/// @param built the module
/// @param root the name that all of its packages begin with
public record Laws(Built built, String root) {
    private static final Pattern CONCURRENT = Pattern.compile("java/lang/invoke/VarHandle"
            + "|java/util/concurrent/(atomic/|locks/|Concurrent|CopyOnWrite|\\w+Queue|\\w+Deque|CountDownLatch|Semaphore|Phaser|CyclicBarrier"
            + "|Exchanger)");
    private static final Pattern TIME =
            Pattern.compile("java/lang/System\\.(nanoTime|currentTimeMillis)|java/time/\\w+\\.now"
                    + "|java/time/Clock\\.\\w+|java/time/InstantSource\\.\\w+|java/util/Date\\.<init>");

    /// Law 3: who may be seen by two threads at once.
    public void expectThreadsIn(Set<String> allowed) {
        var found = new Found(root);
        for (var type : built.classes()) {
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
        found.expectOnly(allowed);
    }

    /// Law 4: who reads the time.
    public void expectTimeIn(Set<String> allowed) {
        expectCallsIn(allowed, TIME);
    }

    /// Law 7.
    public void expectNoMutableStatic() {
        var found = new Found(root);
        for (var type : built.classes()) {
            for (var field : type.fields()) {
                boolean mutable =
                        field.flags().has(AccessFlag.STATIC) && !field.flags().has(AccessFlag.FINAL);
                if (mutable) found.add(type, "static " + field.fieldName());
            }
        }
        found.expectOnly(Set.of());
    }

    /// Who knows of what `pattern` names.
    public void expectNamesIn(Set<String> allowed, Pattern pattern) {
        var found = new Found(root);
        for (var type : built.classes()) found.addNames(type, pattern);
        found.expectOnly(allowed);
    }

    /// Who calls what `pattern` names: `java/lang/System.nanoTime`.
    public void expectCallsIn(Set<String> allowed, Pattern pattern) {
        var found = new Found(root);
        for (var type : built.classes()) found.addCalls(type, pattern);
        found.expectOnly(allowed);
    }

    /// What was found in which source file. A reason to be excepted that no longer holds fails too, so that the
    /// lists of exceptions only ever tell the truth.
    private static final class Found {
        private final String root;
        private final Map<String, Set<String>> uses = new TreeMap<>();

        Found(String root) {
            this.root = root;
        }

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

        private String file(ClassModel type) {
            var folder =
                    type.thisClass().asSymbol().packageName().replaceFirst("^" + root.replace(".", "\\.") + "\\.?", "");
            var source = type.findAttribute(Attributes.sourceFile()).orElseThrow();
            var name = source.sourceFile().stringValue().replace(".java", "");
            return folder.isEmpty() ? name : folder + "." + name;
        }

        private static String folder(String file) {
            return file.substring(0, Math.max(0, file.indexOf('.')));
        }
    }
}
