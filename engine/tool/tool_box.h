#pragma once

#include "engine/tool/tool.h"
#include "engine/tool/tool_locks.h"
#include "engine/tool/tool_rules.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// The tools of an agent, and all that stands around a call of one of them, in this order: the
/// arguments are checked against the schema, the preconditions are asked, the lock is waited for,
/// secrets are put in, the call runs under its deadline, secrets are taken out of what it gave, the
/// postconditions are asked. What fails ends with Error and one of the types `unknown_tool`,
/// `arguments`, `precondition`, `secret`, `timeout`, `postcondition`, or that of the tool itself.
/// Lives on the engine's thread. Calls that are under way outlive removed tools, but not the box.
class ToolBox
{
public:
    /// The value of an environment variable, or nothing. Asked at each call, so that no secret is
    /// kept.
    using SecretLookup = std::function<std::optional<std::string>(const std::string& variable)>;

    /// `locks` outlives the box and may be shared with others.
    ToolBox(ToolLocks& locks, SecretLookup secrets);
    ToolBox(const ToolBox&) = delete;
    ToolBox& operator=(const ToolBox&) = delete;
    ~ToolBox();

    /// Invalid: the name is taken or none that models take, or the schema is none.
    tracestore::Result<void> add(std::shared_ptr<Tool> tool, const ToolRules& rules = {});

    /// Takes out all tools of a server; their calls go on.
    void removeServer(std::string_view server);

    /// With what the rules say; null where there is no such tool. Valid until tools change.
    [[nodiscard]] const ToolInfo* find(std::string_view name) const;

    /// In the order in which they were added.
    [[nodiscard]] std::vector<ToolDefinition> definitions() const;

    /// Lets a tool know of a call that succeeded before (see Tool::recall).
    void recall(const ToolCall& call) const;

    /// Those that suit a query best, at most so many; see toolsLike().
    [[nodiscard]] std::vector<ToolDefinition> offered(std::string_view query,
                                                      std::size_t most) const;

    /// A failure to start comes through `done`, as all outcomes do.
    [[nodiscard]] std::unique_ptr<RunningTool> start(const ToolCall& call, ToolHandlers handlers);

private:
    struct Entry;
    class Call;

    [[nodiscard]] std::shared_ptr<const Entry> entry(std::string_view name) const;
    [[nodiscard]] Outcome unknownTool(const std::string& name) const;

    ToolLocks& m_locks;
    SecretLookup m_secrets;
    std::vector<std::shared_ptr<const Entry>> m_entries;
};

} // namespace engine
