package dev.holdfast.task;

/// Two probes, told one after the other.
record Both(Probe first, Probe second) implements Probe {
    @Override
    public void started(Task<?> task) {
        first.started(task);
        second.started(task);
    }

    @Override
    public void parked(Task<?> task, Object where) {
        first.parked(task, where);
        second.parked(task, where);
    }

    @Override
    public void granted(Task<?> task) {
        first.granted(task);
        second.granted(task);
    }

    @Override
    public void finished(Task<?> task) {
        first.finished(task);
        second.finished(task);
    }
}
