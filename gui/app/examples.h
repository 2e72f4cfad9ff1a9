#pragma once

#include <QString>

namespace gui {

/// The folder of the traces that come with Kymo: share/kymo/examples beside the folder of the
/// program, installed as in the build tree. Empty where it is not there.
QString examplesDir();

/// The path of an example by the name of its file or the beginning of it (`weather`); of the first
/// one where the name is empty. Empty where there is none.
QString examplePath(const QString& name);

} // namespace gui
