package dev.holdfast.inspect;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.holdfast.loop.Words;
import java.io.IOException;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Prints the loops of another program on this machine, and what stands in them. That program did nothing to prepare
/// it, and no agent is loaded into it: it is told to open its own management port, on the loopback interface and for
/// this user only, as `jcmd PID ManagementAgent.start_local` does, and asked through that.
///
/// `./run --dump PID`, or from anywhere: `java -cp holdfast-core.jar dev.holdfast.inspect.Dump PID`. What goes wrong
/// is said in one line, and the exit status is then 1.
final class Dump {
    private Dump() {}

    static void main(String[] args) {
        try {
            IO.println(dump(pid(args)));
        } catch (Refused e) {
            System.err.println("dump: " + e.getMessage());
            System.exit(1);
        }
    }

    private static long pid(String[] args) throws Refused {
        try {
            if (args.length == 1) return Long.parseLong(args[0]);
        } catch (NumberFormatException e) {
            // is said below
        }
        throw new Refused("not the number of a process: '" + String.join(" ", args) + "'; jcmd lists those of Java");
    }

    private static String dump(long pid) throws Refused {
        checkOwner(pid);
        try {
            return new Program(pid).dump();
        } catch (NoClassDefFoundError e) {
            throw new Refused("no jcmd in " + System.getProperty("java.home") + "; run this on a whole JDK");
        }
    }

    private static void checkOwner(long pid) throws Refused {
        var process = ProcessHandle.of(pid).orElseThrow(() -> new Refused("no such process: " + pid));
        var owner = process.info().user().orElse("");
        var me = ProcessHandle.current().info().user().orElse(owner);
        if (!owner.isEmpty() && !me.equals(owner) && !me.equals("root"))
            throw new Refused("not permitted: process " + pid + " belongs to " + owner);
    }

    /// The other program. All that needs the modules `jdk.attach` and `java.management`, which only a JDK has.
    private record Program(long pid) {
        @SuppressWarnings("BanJNDI") // the address is what a program of the same user has just told us
        String dump() throws Refused {
            try (var connector = JMXConnectorFactory.connect(new JMXServiceURL(address()))) {
                return dump(connector.getMBeanServerConnection());
            } catch (IOException e) {
                throw new Refused("cannot talk to process " + pid + ": " + Words.of(e));
            }
        }

        /// Has it open its management port, and returns where that is.
        private String address() throws IOException, Refused {
            try {
                var machine = VirtualMachine.attach(Long.toString(pid));
                try {
                    return machine.startLocalManagementAgent();
                } finally {
                    machine.detach();
                }
            } catch (AttachNotSupportedException e) {
                throw refusal(Words.of(String.valueOf(e.getMessage())));
            }
        }

        /// What the JDK says in its own words is told as it is, but for the mistake that everybody makes.
        private Refused refusal(String message) {
            if (message.contains("handshake")) return new Refused("not a Java process: " + pid);
            return new Refused("refused by process " + pid + ": " + message);
        }

        private String dump(MBeanServerConnection server) throws IOException, Refused {
            try {
                var window = new ObjectName(Window.NAME);
                if (!server.isRegistered(window)) open(server, window);
                return (String) server.invoke(window, "dump", null, null);
            } catch (ReflectionException e) { // it has no such class
                throw new Refused("not a Holdfast program: " + pid);
            } catch (JMException e) {
                throw new Refused("process " + pid + " cannot look at itself: " + Words.of(e));
            }
        }

        /// Only needed when it has just begun; see [Window].
        private static void open(MBeanServerConnection server, ObjectName window) throws IOException, JMException {
            try {
                server.createMBean(Window.class.getName(), window);
            } catch (InstanceAlreadyExistsException e) {
                // it was quicker
            }
        }
    }

    /// Why there is nothing to print, in one line.
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }
}
