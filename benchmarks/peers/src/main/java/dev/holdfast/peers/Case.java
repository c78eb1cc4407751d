package dev.holdfast.peers;

import java.util.Locale;

/// Which of the four programs.
enum Case {
    SEED("the seed"),
    DROPPED_COMPLETER("dropped completer"),
    MUTUAL_WAIT("mutual wait"),
    DROPPED_CLIENT("dropped client");

    final String title; // over its column

    Case(String title) {
        this.title = title;
    }

    void play(Peer peer, Scene scene) throws Exception {
        switch (this) {
            case SEED -> peer.seed(scene);
            case DROPPED_COMPLETER -> peer.droppedCompleter(scene);
            case MUTUAL_WAIT -> peer.mutualWait(scene);
            case DROPPED_CLIENT -> peer.droppedClient(scene);
        }
    }

    /// {@return its name for the command line: `dropped_client`}
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
