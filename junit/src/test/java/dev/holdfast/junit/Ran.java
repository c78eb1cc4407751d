package dev.holdfast.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventType.FINISHED;

import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/// A class of tests as JUnit ran it: each test by its name, in the order in which they ended, and what it threw. A
/// method that failed before it came to a test counts as one.
record Ran(List<Test> tests) {
    record Test(String name, TestExecutionResult.Status status, Throwable error) {}

    static Ran inside(Class<?> type, Map<String, String> parameters) {
        var ran = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(type))
                .configurationParameters(parameters)
                .execute();
        return new Ran(ran.allEvents().list().stream()
                .filter(event -> event.getType() == FINISHED)
                .filter(event -> event.getTestDescriptor().isTest() || test(event).error != null)
                .map(Ran::test)
                .toList());
    }

    static Ran inside(Class<?> type) {
        return inside(type, Map.of());
    }

    private static Test test(Event event) {
        var result = event.getRequiredPayload(TestExecutionResult.class);
        return new Test(
                event.getTestDescriptor().getDisplayName(),
                result.getStatus(),
                result.getThrowable().orElse(null));
    }

    List<String> names() {
        return tests.stream().map(Test::name).toList();
    }

    List<String> failed() {
        return tests.stream()
                .filter(test -> test.status == TestExecutionResult.Status.FAILED)
                .map(Test::name)
                .toList();
    }

    /// Returns what the only test that failed threw.
    Throwable error() {
        return tests.stream()
                .filter(test -> test.status == TestExecutionResult.Status.FAILED)
                .reduce((a, b) -> {
                    throw new AssertionError("two failed: " + a + ", " + b);
                })
                .orElseThrow()
                .error;
    }
}
