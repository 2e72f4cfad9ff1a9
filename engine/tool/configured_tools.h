#pragma once

#include "engine/tool/builtin/notes.h"
#include "engine/tool/composite_tool.h"
#include "engine/tool/tool_box.h"

#include <QNetworkAccessManager>
#include <QThreadPool>

#include <filesystem>
#include <memory>
#include <vector>

namespace engine {

/// What the tools of a run share. All of it outlives them.
struct ToolServices
{
    QThreadPool& pool;
    QNetworkAccessManager& network;
    std::shared_ptr<Notes> notes;
    NestedCall nestedCall; ///< how parts of composite tools are called; see NestedCall
    /// The run is done again from its recording: the folders and databases of tools need not be
    /// there; calls of such tools fail.
    bool isReplayed = false;
};

/// The names of the built-in tools, for messages and completion.
std::vector<std::string_view> builtinNames();

/// Adds the tools of a configuration to a box. `folder`: from where their relative paths are read.
/// Options of the built-in ones:
///   `read_file`, `list_files`, `search_files`: `root`;
///   `sqlite_query`: `database`, `rows`, `bytes`, `seconds`;
///   `http_get`: `allowPrivate`, `hosts`, `bytes`;
///   `shell`: `root`, `writable`, `temporaryMegabytes`, `memoryMegabytes`, `processes`;
///   `calculator`, `notes`: none.
/// Composite ones: see CompositePlan. Invalid or NotFound: the first that makes no sense, with its
/// name: the tools before it have been added.
tracestore::Result<void> addConfiguredTools(ToolBox& box,
                                            const std::vector<ToolConfig>& tools,
                                            const std::filesystem::path& folder,
                                            const ToolServices& services);

} // namespace engine
