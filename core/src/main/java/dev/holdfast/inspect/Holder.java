package dev.holdfast.inspect;

import dev.holdfast.carrier.Carrier;
import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who holds a loop at a moment, and where in the code.
///
/// @param name `Task[name]`, or what else it is, in one line
/// @param stack innermost first
record Holder(String name, List<StackTraceElement> stack) {
    private static final int MOST_FRAMES = 50;

    /// Returns who holds the loop of `carrier` now; null if it does not run. What it says may be over when it is
    /// said: compare [Carrier#hold] before and after.
    static @Nullable Holder of(Carrier carrier) {
        var thread = carrier.running();
        if (thread == null) return null;
        var stack = List.of(thread.getStackTrace());
        return new Holder(nameOf(thread, stack), stack);
    }

    private static String nameOf(Thread thread, List<StackTraceElement> stack) {
        var strand = Strand.of(thread);
        if (strand instanceof Task<?> task) return Words.of(task);
        if (isIn("call", stack) && !isIn("answer", stack)) return "a callback";
        if (strand != null || !thread.isVirtual()) return "the loop's own work";
        return Words.of("Thread[" + (thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName()) + "]");
    }

    /// Returns whether a method of the carrier's is at work.
    private static boolean isIn(String method, List<StackTraceElement> stack) {
        return stack.stream()
                .anyMatch(frame -> frame.getMethodName().equals(method)
                        && frame.getClassName().equals(Carrier.class.getName()));
    }

    /// Returns the stack in lines, as a logged error has it: down to where the user's code begins, and of a very deep
    /// one the innermost.
    static String lines(List<StackTraceElement> stack) {
        var shown = users(stack);
        var lines = shown.stream().limit(MOST_FRAMES).map(frame -> "\n\tat " + frame);
        var rest = shown.size() > MOST_FRAMES ? "\n\t… " + (shown.size() - MOST_FRAMES) + " more" : "";
        return lines.collect(Collectors.joining()) + rest;
    }

    /// Returns what two stacks have in common that come from the same place, though one is a few lines further on:
    /// the user's methods.
    String place() {
        var methods = stack.stream()
                .filter(Origin::isUsers)
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .collect(Collectors.joining(" "));
        return methods.isEmpty() ? name : methods;
    }

    private static List<StackTraceElement> users(List<StackTraceElement> stack) {
        int end = stack.size();
        while (end > 0 && !Origin.isUsers(stack.get(end - 1))) end--;
        return end == 0 ? stack : stack.subList(0, end);
    }
}
