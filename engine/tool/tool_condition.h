#pragma once

#include "tracestore/base/result.h"
#include "tracestore/query/truth.h"

#include <memory>
#include <string>

namespace tracestore {
struct QueryNode;
} // namespace tracestore

namespace engine {

/// What must hold before or after a call of a tool, in the query language of Kymo
/// (tracestore/query/README.md) over two fields: `args.amount <= 100 and not exists result.error`.
/// Copies are cheap. Any thread.
class ToolCondition
{
public:
    /// Invalid: not understood, with the place and what to do; or it names another field than
    /// `args` and `result`.
    static tracestore::Result<ToolCondition> parse(const std::string& text);

    [[nodiscard]] const std::string& text() const { return m_text; }

    /// `arguments` is JSON, `result` JSON or any text, empty before the call. Unknown where a
    /// field is named that is not there: a condition holds only where this is True.
    [[nodiscard]] tracestore::Truth evaluate(const std::string& arguments,
                                             const std::string& result) const;

private:
    std::string m_text;
    std::shared_ptr<const tracestore::QueryNode> m_root;
};

} // namespace engine
