/// Tests on Holdfast, for JUnit.
module dev.holdfast.junit {
    requires static transitive org.jspecify; // annotations: nobody needs them to run
    requires transitive dev.holdfast.core;
    requires transitive org.junit.jupiter.api;

    exports dev.holdfast.junit;

    opens dev.holdfast.junit to
            org.junit.platform.commons; // which makes the extensions
}
