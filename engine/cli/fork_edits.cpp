#include "engine/cli/fork_edits.h"

namespace engine::cli {

using tracestore::Result;

Result<std::vector<ForkEdit>> forkEdits(const std::vector<std::string>& changes)
{
    std::vector<ForkEdit> edits;
    for (const std::string& change : changes) {
        const std::size_t sign = change.find('=');
        if (sign == std::string::npos || sign == 0)
            return tracestore::fail(
                tracestore::ErrorCode::Invalid,
                "`" + change + "` is no change: write PATH=VALUE, as in request.args.amount=89.");
        edits.push_back({change.substr(0, sign), change.substr(sign + 1)});
    }
    return edits;
}

} // namespace engine::cli
