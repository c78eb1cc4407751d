# shellcheck shell=bash disable=SC2154 # $root is set by those who source this
# Sourced by run, test and bench: find a JDK of at least version $oldest, export its JAVA_HOME, or say in one line what to install.
# The `java` on the path may be older (many systems ship 17 or 21), and Maven runs on whatever JAVA_HOME says.

# The release file tells the version without starting a JVM; javac tells a JDK from a bare runtime.
oldest=25
is_recent() {
    [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
    local version
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ -n "$version" ] && [ "$version" -ge $oldest ]
}

find_jdk() {
    local home java
    if [ -n "${JAVA_HOME:-}" ] && is_recent "$JAVA_HOME"; then return; fi
    if java=$(command -v java); then
        java=$(readlink -f "$java" 2>/dev/null || echo "$java")
        home=${java%/bin/java}
        if is_recent "$home"; then export JAVA_HOME=$home; return; fi
    fi
    # The globs are sorted, so 25 is tried before 26: the release that the tests run on.
    for home in /usr/lib/jvm/* /usr/local/lib/jvm/* /usr/java/* /opt/* /opt/java/* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if is_recent "$home"; then export JAVA_HOME=$home; return; fi
    done
    echo "$(basename "$0"): no JDK $oldest or newer found; install one (Eclipse Temurin $oldest, say) or set JAVA_HOME" >&2
    exit 1
}

# Maven is asked for by name, so that its absence is a sentence too. The two options spare us what JDK 25 says of Maven's own libraries.
maven() {
    command -v mvn >/dev/null || { echo "$(basename "$0"): Maven (mvn) not found; install Maven 3.8 or newer" >&2; exit 1; }
    (
        export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
        cd "$root" && mvn "$@"
    )
}

find_jdk
