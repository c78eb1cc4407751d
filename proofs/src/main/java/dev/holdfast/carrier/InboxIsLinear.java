package dev.holdfast.carrier;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/// Whatever two threads bring while the loop takes, refuses the rest and takes once more, it all could have happened
/// one after the other, to a plain list that is open and then closed. So nothing is lost, doubled or overtaken, and
/// yes and no mean what they say. Lincheck goes through the orders of random short stories, and switches threads
/// between any two steps inside the inbox.
///
/// Only the loop takes and refuses, and after its end it takes no more: that it does not is what the answer to a
/// sender who came too late rests on.
public abstract class InboxIsLinear {
    final Inbox inbox = new Inbox();
    private boolean ended; // only the loop

    abstract boolean letIn(Letter letter);

    abstract void refuse();

    @Operation
    public boolean send(@Param(gen = IntGen.class, conf = "1:9") int number) {
        return letIn(new Letter(" " + number));
    }

    @Operation(nonParallelGroup = "loop")
    public String take() {
        return ended ? "ended" : String.valueOf(inbox.take());
    }

    @Operation(nonParallelGroup = "loop")
    public String end() {
        if (ended) return "ended";
        ended = true;
        refuse();
        return Letter.takenFrom(inbox);
    }

    /// Continuations are added, until the close.
    public static final class UntilItCloses extends InboxIsLinear {
        @Override
        boolean letIn(Letter letter) {
            return inbox.add(letter);
        }

        @Override
        void refuse() {
            inbox.close();
        }
    }

    /// What somebody outside brings is let in until it is shut.
    public static final class UntilItIsShut extends InboxIsLinear {
        @Override
        boolean letIn(Letter letter) {
            return inbox.bring(letter);
        }

        @Override
        void refuse() {
            inbox.shut();
        }
    }

    /// Throws if there is an order that is not allowed.
    ///
    /// @param stories of each of the two
    /// @param orders of each story
    public static void prove(int stories, int orders) {
        var options = new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(2)
                .iterations(stories)
                .invocationsPerIteration(orders);
        options.check(UntilItCloses.class);
        options.check(UntilItIsShut.class);
    }
}
