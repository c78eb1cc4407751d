package dev.holdfast.inspect;

import dev.holdfast.carrier.Carrier;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Resident;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/// The window through which JMX looks in. It is there for every program that has opened a loop, and did nothing for
/// it: `./run --dump PID` looks through it, and so does any JMX console.
///
/// *Nobody pays who is not looked at.* The JDK builds its MBean server when it is first asked for, as it is when
/// somebody connects; that takes 0.2 s of computing and 20 MB, and most programs never do. So this only waits until
/// there is one: while loops are open, a thread asks once a second whether there is, which takes a tenth of a
/// millisecond in code that is never compiled. Then the bean is registered, and the thread ends. Who connects within
/// the first second may create the bean himself, as [Dump] does.
public final class Window implements Resident, InspectorMXBean {
    static final String NAME = "dev.holdfast:type=Inspector";

    private static final long PERIOD = Duration.ofSeconds(1).toNanos();
    private static final AtomicBoolean SEEN_TO = new AtomicBoolean(); // a thread waits, or it has done its work

    /// For the service loader, and for JMX.
    public Window() {}

    @Override
    public void moveIn(IOLoop loop) {
        if (!SEEN_TO.compareAndSet(false, true)) return;
        try {
            Thread.ofPlatform()
                    .name("holdfast-window")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(Window::lookOut);
        } catch (OutOfMemoryError e) { // no thread to be had; that is not worth a loop
            SEEN_TO.set(false);
        }
    }

    private static void lookOut() {
        try {
            while (!Registry.isRegistered()) {
                LockSupport.parkNanos(PERIOD);
                if (Carrier.areNone() && isRelieved()) return;
            }
        } catch (LinkageError e) {
            // a runtime without management: nobody can look in
        }
    }

    /// There are no loops. The next one that is opened starts a new thread, unless it came just now.
    private static boolean isRelieved() {
        SEEN_TO.set(false);
        return Carrier.areNone() || !SEEN_TO.compareAndSet(false, true);
    }

    @Override
    public String dump() {
        return TaskTree.of(Inspector.snapshot());
    }

    /// All that needs the module `java.management`, which may be missing.
    private static final class Registry {
        private Registry() {}

        /// Returns whether the bean is registered; does it, if there is anything to register it with.
        static boolean isRegistered() {
            if (MBeanServerFactory.findMBeanServer(null).isEmpty()) return false;
            try {
                ManagementFactory.getPlatformMBeanServer().registerMBean(new Window(), new ObjectName(NAME));
            } catch (InstanceAlreadyExistsException e) {
                // by whoever looked first
            } catch (JMException e) {
                throw new AssertionError("a name and a bean of ours", e);
            }
            return true;
        }
    }
}
