package dev.holdfast.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// L3 of lifetime.md: a handle whose collection means something is fenced in each of its methods. Else the JIT may
/// free it in the middle of one, as soon as its fields are read, and break a promise that is just being kept. The
/// window is a few instructions wide, and a hundred thousand tries need not hit it (S30); so the compiled classes are
/// looked at.
@Tag("build")
class FencesTest {
    private static final List<String> HANDLES =
            List.of("dev/holdfast/lifetime/ExternalPromise", "dev/holdfast/loop/External");
    private static final Predicate<CodeElement> IS_FENCE = element -> element instanceof InvokeInstruction call
            && call.owner().asInternalName().equals("java/lang/ref/Reference")
            && call.name().equalsString("reachabilityFence");

    @Test
    void whoeverReadsAFieldOfAHandleFencesIt() {
        var handles = Built.CORE.classes().stream()
                .filter(type -> HANDLES.contains(type.thisClass().asInternalName()))
                .toList();
        assertThat(handles).hasSameSizeAs(HANDLES);
        for (var handle : handles) {
            var readers = handle.methods().stream()
                    .filter(method -> isCalledOnHandles(method) && contains(method, reads(handle)))
                    .toList();
            assertThat(readers)
                    .hasSizeGreaterThan(3)
                    .allSatisfy(method -> assertThat(contains(method, IS_FENCE))
                            .as(handle.thisClass().asInternalName() + "." + method.methodName())
                            .isTrue());
        }
    }

    private static boolean isCalledOnHandles(MethodModel method) {
        return !method.flags().has(AccessFlag.STATIC) && !method.methodName().equalsString("<init>");
    }

    private static boolean contains(MethodModel method, Predicate<CodeElement> wanted) {
        return method.code().orElseThrow().elementStream().anyMatch(wanted);
    }

    private static Predicate<CodeElement> reads(ClassModel handle) {
        return element -> element instanceof FieldInstruction field
                && field.owner().asInternalName().equals(handle.thisClass().asInternalName());
    }
}
