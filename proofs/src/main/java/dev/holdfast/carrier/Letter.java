package dev.holdfast.carrier;

/// What is brought in these proofs: a thing with a name, which does nothing. Two of the same name are two things.
final class Letter implements Callback {
    private final String name;

    Letter(String name) {
        this.name = name;
    }

    @Override
    public void run() {}

    /// {@return its name}
    @Override
    public String toString() {
        return name;
    }

    /// Takes everything that is there, and returns the names.
    static String takenFrom(Inbox inbox) {
        var names = new StringBuilder();
        for (Runnable taken; (taken = inbox.take()) != null; ) names.append(taken);
        return names.toString();
    }
}
