#pragma once

#include "engine/tool/builtin/file_root.h"
#include "engine/tool/tool.h"

#include <QThreadPool>

#include <memory>

namespace engine {

/// Tools that read below a folder, on a thread of the pool, which outlives them.
using RootPtr = std::shared_ptr<const FileRoot>;

/// `read_file`: the text of a file, some lines of it at a time.
std::unique_ptr<Tool> makeReadFile(RootPtr root, QThreadPool& pool);

/// `list_files`: names and sizes, of one folder or of all below it.
std::unique_ptr<Tool> makeListFiles(RootPtr root, QThreadPool& pool);

/// `search_files`: lines that contain a text or fit a regular expression.
std::unique_ptr<Tool> makeSearchFiles(RootPtr root, QThreadPool& pool);

} // namespace engine
