package dev.holdfast.build;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// What a module shows of itself: every type, method and field that its users can name, as text.
public final class Surface {
    private final Built built;

    public Surface(Built built) {
        this.built = built;
    }

    /// Compares it with `file`, or writes that with `-Dholdfast.api.write=true`.
    public void expectAsWrittenIn(String file) {
        try {
            var path = Path.of(file);
            var surface = text();
            if (Boolean.getBoolean("holdfast.api.write")) Files.writeString(path, surface);
            var now = lines(surface);
            var written = lines(Files.readString(path));
            assertThat(minus(now, written))
                    .as("new, and not in " + path.getFileName() + "; ./test --api writes it")
                    .isEmpty();
            assertThat(minus(written, now))
                    .as("gone, and still in " + path.getFileName() + "; ./test --api writes it")
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Checks that the packages which are exported are those with public types.
    public void expectExported() {
        var open = new TreeSet<String>();
        for (var type : built.classes()) {
            if (type.flags().has(AccessFlag.PUBLIC))
                open.add(type.thisClass().asSymbol().packageName());
        }
        assertThat(exported()).isEqualTo(open);
    }

    private static Set<String> minus(Set<String> all, Set<String> less) {
        var rest = new TreeSet<>(all);
        rest.removeAll(less);
        return rest;
    }

    /// Each member with the type above it, so that a difference says where it is.
    private static Set<String> lines(String surface) {
        var lines = new TreeSet<String>();
        var type = "";
        for (var line : surface.lines().toList()) {
            if (line.startsWith(" ")) {
                lines.add(type + ": " + line.strip());
            } else {
                lines.add(line);
                type = line;
            }
        }
        return lines;
    }

    private Set<String> exported() {
        var names = new TreeSet<String>();
        for (var export : built.module().exports()) if (!export.isQualified()) names.add(export.source());
        return names;
    }

    private String text() {
        var exported = exported();
        var text = new StringBuilder();
        built.classes().stream()
                .filter(type -> type.flags().has(AccessFlag.PUBLIC)) // what is hidden might not even load without flags
                .map(Surface::load)
                .filter(type -> exported.contains(type.getPackageName()) && isSeen(type))
                .sorted(Comparator.comparing(Class::getName))
                .forEach(type -> {
                    text.append(describe(type)).append('\n');
                    members(type)
                            .map(member -> "    " + member + "\n")
                            .distinct()
                            .sorted()
                            .forEach(text::append);
                });
        return text.toString();
    }

    private static Class<?> load(ClassModel model) {
        try {
            return Class.forName(
                    model.thisClass().asInternalName().replace('/', '.'), false, Surface.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /// A type is seen if it and all around it are public or protected.
    private static boolean isSeen(Class<?> type) {
        if (type.isSynthetic() || type.isAnonymousClass() || type.isLocalClass()) return false;
        return isSeen(type.getModifiers()) && (type.getDeclaringClass() == null || isSeen(type.getDeclaringClass()));
    }

    private static boolean isSeen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String describe(Class<?> type) {
        var kind = type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
        var modifiers = type.getModifiers() & Modifier.classModifiers();
        if (type.isInterface()) modifiers &= ~Modifier.ABSTRACT & ~Modifier.STATIC;
        if (type.isRecord() || type.isEnum()) modifiers &= ~Modifier.FINAL & ~Modifier.STATIC;
        var parent = type.getAnnotatedSuperclass();
        boolean plain =
                parent == null || List.of(Object.class, Record.class).contains(type.getSuperclass()) || type.isEnum();
        return words(
                Modifier.toString(modifiers) + (type.isSealed() ? " sealed" : ""),
                kind,
                type.getName() + variables(type.getTypeParameters()),
                plain ? "" : "extends " + name(parent),
                list(type.isInterface() ? "extends " : "implements ", type.getAnnotatedInterfaces(), Surface::name));
    }

    /// Members of hidden superclasses count: whoever holds the type can call them.
    private static Stream<String> members(Class<?> type) {
        var all = new ArrayList<Member>(Arrays.asList(type.getDeclaredConstructors()));
        for (Class<?> c = type; c != null && (c == type || !isSeen(c)); c = c.getSuperclass()) {
            all.addAll(Arrays.asList(c.getDeclaredFields()));
            all.addAll(Arrays.asList(c.getDeclaredMethods()));
        }
        return all.stream()
                .filter(member -> isSeen(member.getModifiers()) && !member.isSynthetic())
                .map(Surface::describe);
    }

    private static String describe(Member member) {
        return switch (member) {
            case Field field ->
                words(
                        Modifier.toString(field.getModifiers() & ~Modifier.VOLATILE),
                        name(field.getAnnotatedType()),
                        field.getName());
            case Method method ->
                words(
                        modifiers(method),
                        variables(method.getTypeParameters()),
                        name(method.getAnnotatedReturnType()),
                        call(method.getName(), method));
            case Constructor<?> made ->
                words(
                        modifiers(made),
                        variables(made.getTypeParameters()),
                        call(made.getDeclaringClass().getSimpleName(), made));
            default -> throw new AssertionError(member);
        };
    }

    private static String modifiers(Executable executable) {
        boolean offered = executable instanceof Method method && method.isDefault();
        return words(
                Modifier.toString(executable.getModifiers()
                        & (Modifier.constructorModifiers() | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL)),
                offered ? "default" : "");
    }

    private static String call(String name, Executable executable) {
        var parameters = executable.getAnnotatedParameterTypes();
        return words(
                name + "(" + Arrays.stream(parameters).map(Surface::name).collect(joining(", ")) + ")",
                list("throws ", executable.getAnnotatedExceptionTypes(), Surface::name));
    }

    private static String variables(TypeVariable<?>[] variables) {
        var text = list("<", variables, variable -> {
            var bounds = Arrays.stream(variable.getAnnotatedBounds())
                    .map(Surface::name)
                    .filter(bound -> !bound.equals("Object"))
                    .collect(joining(" & "));
            return bounds.isEmpty() ? variable.getName() : variable.getName() + " extends " + bounds;
        });
        return text.isEmpty() ? "" : text + ">";
    }

    /// Nullness is part of the surface, the packages of the annotation and of java.lang are noise.
    private static String name(AnnotatedType type) {
        return type.toString()
                .replace("@org.jspecify.annotations.Nullable() ", "@Nullable ")
                .replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "");
    }

    private static <T> String list(String before, T[] parts, Function<T, String> name) {
        return parts.length == 0 ? "" : before + Arrays.stream(parts).map(name).collect(joining(", "));
    }

    private static String words(String... words) {
        return Arrays.stream(words).filter(word -> !word.isEmpty()).collect(joining(" "));
    }
}
