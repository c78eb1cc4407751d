package dev.holdfast.lifetime;

import dev.holdfast.loop.Origin;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Looks for a way by which one object holds another: through fields that may be read, arrays and the JDK's usual
/// collections. It runs none of the user's code, and gives up early: what it does not find may still be there.
final class Reach {
    private static final int DEEPEST = 4; // steps
    private static final int MOST = 1_000; // objects looked at
    // Not all that the JDK has: iterating must run no code of the user's, and a weak one holds nothing.
    private static final Set<Class<?>> COLLECTIONS = Set.of(
            ArrayList.class,
            Arrays.asList(1).getClass(),
            LinkedList.class,
            ArrayDeque.class,
            HashSet.class,
            LinkedHashSet.class,
            List.of(1).getClass(),
            List.of().getClass(),
            Set.of(1).getClass(),
            Set.of().getClass());
    private static final Set<Class<?>> MAPS = Set.of(
            HashMap.class,
            LinkedHashMap.class,
            TreeMap.class,
            Map.of(1, 1).getClass(),
            Map.of().getClass());

    private record Place(Object object, String path, int depth) {}

    private final Object goal;
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Queue<Place> open = new ArrayDeque<>();
    private @Nullable String found;

    private Reach(Object start, Object goal) {
        this.goal = goal;
        seen.add(start);
        open.add(new Place(start, nameOf(start.getClass()), 0));
    }

    /// Returns by which fields `start` holds `goal`: `Client$$Lambda.arg$1`. Null if that is not seen.
    static @Nullable String path(Object start, Object goal) {
        return new Reach(start, goal).search();
    }

    /// Returns its name without its package, and without what makes a hidden class unique.
    static String nameOf(Class<?> type) {
        var name = type.isHidden() ? type.getName().replaceFirst("/.*", "") : type.getTypeName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private @Nullable String search() {
        for (Place place; found == null && (place = open.poll()) != null; ) lookInto(place);
        return found;
    }

    private void lookInto(Place place) {
        var object = place.object;
        var type = object.getClass();
        if (object instanceof Object[] array) lookInto(place, Arrays.asList(array));
        else if (COLLECTIONS.contains(type)) lookInto(place, (Collection<?>) object);
        else if (MAPS.contains(type)) lookInto(place, (Map<?, ?>) object);
        else for (var at = type; at != null && isUsers(at); at = at.getSuperclass()) lookIntoFields(place, at);
    }

    private void lookInto(Place place, Map<?, ?> map) {
        lookInto(place, map.keySet());
        lookInto(place, map.values());
    }

    @SuppressWarnings("CatchingUnchecked")
    private void lookInto(Place place, Collection<?> members) {
        if (members.size() > MOST) return;
        try {
            int index = 0;
            for (var member : members) step(place, "[" + index++ + "]", member);
        } catch (RuntimeException e) {
            // Somebody changes it meanwhile, on another thread. That is not ours to say.
        }
    }

    private void lookIntoFields(Place place, Class<?> type) {
        for (var field : fieldsOf(type)) {
            if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) continue;
            if (field.trySetAccessible()) step(place, "." + field.getName(), read(field, place.object));
        }
    }

    private static Field[] fieldsOf(Class<?> type) {
        try {
            return type.getDeclaredFields();
        } catch (LinkageError e) {
            return new Field[0]; // the type of one is missing
        }
    }

    private static @Nullable Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError("made accessible before", e);
        }
    }

    private void step(Place from, String by, @Nullable Object object) {
        if (object == null || found != null) return;
        if (object == goal) found = from.path + by;
        else if (from.depth + 1 < DEEPEST && seen.size() < MOST && seen.add(object)) {
            open.add(new Place(object, from.path + by, from.depth + 1));
        }
    }

    /// What the JDK and we ourselves hold comes and goes: a timer, a waiter.
    private static boolean isUsers(Class<?> type) {
        var loader = type.getClassLoader();
        return loader != null && loader != ClassLoader.getPlatformClassLoader() && Origin.isUsers(type);
    }
}
