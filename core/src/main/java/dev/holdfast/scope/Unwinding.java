package dev.holdfast.scope;

import java.io.IOException;
import java.lang.StackWalker.StackFrame;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Instruction;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Whether a `close` was called because the block of its `try` threw. Java does not tell a resource, but the
/// caller's bytecode does: a `try` calls `close` in one place when its block ends and in another when it throws,
/// and only there an error of `close` is added to the block's:
///
/// ```
///   normal end:         r.close()
///   the block threw t:  r.close()  catch (Throwable x) { t.addSuppressed(x) }
/// ```
///
/// This reads the class file of whoever called `close`, which is slow; so ask only before complaining. Where there
/// is none to be read, where an agent has rewritten the code, and where `close` is called by hand, the answer is
/// no.
final class Unwinding {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private Unwinding() {}

    /// Returns whether the method that calls `close` of `resource` does so because its block threw. To be asked by
    /// `close` itself.
    static boolean isUnderway(Class<?> resource) {
        return WALKER.walk(frames ->
                        frames.dropWhile(frame -> isInside(frame, resource)).findFirst())
                .map(Unwinding::isAfterThrow)
                .orElse(false);
    }

    private static boolean isInside(StackFrame frame, Class<?> resource) {
        return frame.getDeclaringClass() == Unwinding.class || frame.getDeclaringClass() == resource;
    }

    private static boolean isAfterThrow(StackFrame caller) {
        return codeOf(caller)
                .filter(code -> isAfterThrow(code, caller.getByteCodeIndex()))
                .isPresent();
    }

    private static Optional<CodeAttribute> codeOf(StackFrame caller) {
        var type = caller.getDeclaringClass();
        var file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (var in = type.getResourceAsStream(file)) {
            if (in == null) return Optional.empty();
            return ClassFile.of().parse(in.readAllBytes()).methods().stream()
                    .filter(method -> method.methodName().equalsString(caller.getMethodName()))
                    .filter(method -> method.methodType().equalsString(caller.getDescriptor()))
                    .findFirst()
                    .flatMap(method -> method.findAttribute(Attributes.code()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // unreadable
        }
    }

    private static boolean isAfterThrow(CodeAttribute code, int place) {
        var steps = new TreeMap<Integer, Instruction>();
        int at = 0;
        for (var element : code) {
            if (!(element instanceof Instruction step)) continue;
            steps.put(at, step);
            at += step.sizeInBytes();
        }
        return steps.get(place) instanceof InvokeInstruction call
                && call.name().equalsString("close")
                && code.exceptionHandlers().stream()
                        .filter(entry -> code.labelToBci(entry.tryStart()) <= place)
                        .filter(entry -> place < code.labelToBci(entry.tryEnd()))
                        .map(entry -> steps.tailMap(code.labelToBci(entry.handler())))
                        .anyMatch(handler -> addsSuppressed(List.copyOf(handler.values())));
    }

    /// Returns whether a handler begins with `t.addSuppressed(x)`, `x` being what it caught.
    private static boolean addsSuppressed(List<Instruction> handler) {
        return handler.size() > 3
                && handler.get(0) instanceof StoreInstruction
                && handler.get(1) instanceof LoadInstruction
                && handler.get(2) instanceof LoadInstruction
                && handler.get(3) instanceof InvokeInstruction call
                && call.name().equalsString("addSuppressed");
    }
}
