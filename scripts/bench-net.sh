# shellcheck shell=bash disable=SC2154 # $root, $python and $tornado are set by the one who sources this
# Sourced by bench: asks echo servers on Holdfast and on others. Servers run on core 0, what asks them on core 1. Does not return.

maven -q -Dfast -Dmaven.test.skip -pl core,net,benchmarks/net package >&2
built=$root/benchmarks/net/target/fast
flags=(-Xms512m -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -Dscripts="$root/benchmarks/net/src/main/python")

find_python
if [ -n "$tornado" ]; then flags+=(-Dpython="$python"); fi

pinned=()
if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
    pinned=(taskset -c 1)
    flags+=(-Dserver.core=0)
else
    echo "$(basename "$0"): no taskset, or one core only: servers and what asks them share all cores" >&2
fi

ulimit -n "$(ulimit -Hn)"
# shellcheck disable=SC2086 # JAVA_OPTS is a list of words
exec ${pinned[@]+"${pinned[@]}"} "$JAVA_HOME/bin/java" "${flags[@]}" ${JAVA_OPTS:-} \
    -cp "$built/classes:$built/lib/*" dev.holdfast.echo.Net "$root/target/bench-net" "${@:2}"
