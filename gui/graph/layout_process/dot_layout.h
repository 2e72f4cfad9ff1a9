#pragma once

#include "gui/graph/layout_process/layout_protocol.h"

#include <memory>

namespace gui::layout {

/// Lays out graphs with Graphviz' dot. One object for the life of the process: a second context
/// uses freed memory inside Graphviz. One thread.
class DotLayout
{
public:
    DotLayout();
    ~DotLayout();
    DotLayout(const DotLayout&) = delete;
    DotLayout& operator=(const DotLayout&) = delete;

    /// The request must have passed decodeRequest(). May take for ever: the caller is killed then.
    Answer run(const Request& request);

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

} // namespace gui::layout
