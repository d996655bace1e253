#!/usr/bin/env bash
# A real OpenSearch for the tests of search, until Ctrl-C: run.sh [port]. Needs Java 17 or newer and Maven; keeps all it
# makes in var/opensearch. Then: OPENSEARCH_TEST_URL=http://127.0.0.1:9200 make test ARGS="tests/contracts tests/catalog/search"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home="$here/../../../var/opensearch"
mkdir -p "$home/classes" "$home/config" "$home/modules" "$home/plugins" "$home/logs"
home=$(cd "$home" && pwd)
mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$home/lib" >&2
javac -cp "$home/lib/*" -d "$home/classes" "$here/Server.java"
cp "$here/log4j2.properties" "$home/classes/"
exec java -Xms512m -Xmx512m -cp "$home/classes:$home/lib/*" -Dopensearch.path.home="$home" Server "$home" "${1:-9200}"
