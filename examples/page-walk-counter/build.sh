#!/bin/sh
# Builds the plugin with nothing but a JDK: build.sh CORE OUT.jar
# CORE is emulator-core's jar or its folder of classes.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 CORE OUT.jar" >&2; exit 2; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
mkdir "$scratch/classes"
find "$here/src/main/java" -name '*.java' -exec printf '"%s"\n' {} + >"$scratch/sources"
"${bin}javac" --release 17 -Xlint:all -Werror -cp "$1" -d "$scratch/classes" "@$scratch/sources"
echo 'Shootdown-Spi: 1' >"$scratch/manifest"
"${bin}jar" --create --file "$2" --manifest "$scratch/manifest" -C "$scratch/classes" . -C "$here/src/main/resources" .
