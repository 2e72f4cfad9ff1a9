#!/bin/sh
# check_install.sh BUILD SCRATCH: installs into SCRATCH, runs what was installed from there, and
# validates what describes it to the desktop.
set -eu
build=$1
prefix=$2/usr

cmake --install "$build" --prefix "$prefix" >/dev/null
desktop-file-validate "$prefix"/share/applications/io.github.kymo.Kymo.desktop
appstreamcli validate --no-net "$prefix"/share/metainfo/io.github.kymo.Kymo.metainfo.xml
update-mime-database "$prefix"/share/mime
test -s "$prefix"/share/icons/hicolor/scalable/apps/io.github.kymo.Kymo.svg

example=$(find "$prefix"/share/kymo/examples -name 'support-team*' | head -1)
"$prefix"/bin/kymo info --json "$example" | grep -q '"llm_calls"'
"$prefix"/bin/kymo convert "$example" "$2/example.kymo"
test "$("$prefix"/bin/kymo show "$example")" = "$("$prefix"/bin/kymo show "$2/example.kymo")"
QT_QPA_PLATFORM=offscreen "$prefix"/bin/kymo-gui --example support-team --screenshots "$2/pictures" >/dev/null
test "$(find "$2/pictures" -name '*.png' -size +20k | wc -l)" -ge 2
echo "the installed programs run, and the desktop, AppStream and MIME data are valid"
