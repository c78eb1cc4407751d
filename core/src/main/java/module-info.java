/// Loop, futures, coroutines, scopes, locks and queues, on the JDK alone.
module dev.holdfast.core {
    requires static transitive org.jspecify; // annotations: nobody needs them to run
    requires jdk.jfr; // the reports are events too
    requires static java.management; // to ask for collections where System.gc() is switched off, and for a debugger
    requires static jdk.attach; // to look into another program
    requires jdk.unsupported; // sun.misc.Signal: the JDK has no other way to hear of Ctrl-C

    exports dev.holdfast;
    exports dev.holdfast.cancel;
    exports dev.holdfast.carrier;
    exports dev.holdfast.chain;
    exports dev.holdfast.future;
    exports dev.holdfast.inspect;
    exports dev.holdfast.lifetime;
    exports dev.holdfast.loop;
    exports dev.holdfast.queue;
    exports dev.holdfast.scope;
    exports dev.holdfast.sync;
    exports dev.holdfast.task;
    exports dev.holdfast.testing;
    exports dev.holdfast.time;

    uses dev.holdfast.loop.Library;
    uses dev.holdfast.loop.Resident;

    provides dev.holdfast.loop.Resident with
            dev.holdfast.inspect.HiddenWaits,
            dev.holdfast.inspect.SlowTurns,
            dev.holdfast.inspect.Window,
            dev.holdfast.lifetime.Lifetime;
}
