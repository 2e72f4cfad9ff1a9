#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// A tool as a model is told of it.
struct OfferedTool
{
    std::string name;
    std::string description;
    std::string schema; ///< JSON schema of its arguments; empty: none is given
    std::string definition; ///< all that is said of it, as JSON text

    bool operator==(const OfferedTool&) const = default;
};

struct ToolList
{
    std::vector<OfferedTool> tools;
    std::vector<std::string> ofProvider; ///< what the provider has built in and does itself
    std::size_t unknown = 0; ///< entries of which nothing can be made out
    bool isReadable = true; ///< false: the text is no list

    bool operator==(const ToolList&) const = default;
};

/// The tools of a list (SpanDetail::toolDefinitions) in any of the shapes in which traces keep it:
/// those of the providers, MCP's, ours. An empty text is an empty list.
ToolList readToolList(std::string_view json);

} // namespace tracestore
