#include "engine/tool/configured_tools.h"

#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/builtin/calculator.h"
#include "engine/tool/builtin/file_tools.h"
#include "engine/tool/builtin/http_get.h"
#include "engine/tool/builtin/shell.h"
#include "engine/tool/builtin/sqlite_query.h"
#include "engine/tool/ending_tool.h"
#include "tracestore/query/query_value.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    using MadeTool = Result<std::shared_ptr<Tool>>;

    /// What a built-in tool is made from.
    struct BuiltinNeeds
    {
        const json& options;
        const std::filesystem::path& folder;
        const ToolServices& services;

        [[nodiscard]] std::filesystem::path path(const char* option) const
        {
            const std::string text = textArgument(options, option);
            return text.empty() ? std::filesystem::path() : folder / text;
        }
    };

    /// A tool whose folder or database is not there: it says of itself what it would.
    class AbsentTool : public Tool
    {
    public:
        AbsentTool(ToolInfo info, std::string why)
            : m_info(std::move(info))
            , m_why(std::move(why))
        { }

        [[nodiscard]] const ToolInfo& info() const override { return m_info; }

        std::unique_ptr<RunningTool> start(const ToolCall&, ToolHandlers handlers) override
        {
            return std::make_unique<AnsweredTool>(std::move(handlers),
                                                  toolError("not_there", m_why));
        }

    private:
        ToolInfo m_info;
        std::string m_why;
    };

    /// Fails, or makes a tool that is not there like one that is made of nothing.
    MadeTool absentTool(const BuiltinNeeds& needs, tracestore::Error why, const Tool& like)
    {
        if (!needs.services.isReplayed)
            return fail(std::move(why));
        return std::shared_ptr<Tool>(std::make_shared<AbsentTool>(like.info(), why.message));
    }

    std::size_t sizeOption(const json& options, const char* name, std::size_t otherwise)
    {
        const auto size = wholeArgument(options, name, static_cast<std::int64_t>(otherwise));
        return static_cast<std::size_t>(std::max<std::int64_t>(size, 1));
    }

    template<auto make>
    MadeTool madeFileTool(const BuiltinNeeds& needs)
    {
        const std::filesystem::path path = needs.path("root");
        if (path.empty())
            return fail(ErrorCode::Invalid, "options.root: expected the folder that may be read");
        auto root = FileRoot::open(path);
        if (!root)
            return absentTool(needs,
                              std::move(root).error().in("options.root"),
                              *make(nullptr, needs.services.pool));
        return std::shared_ptr<Tool>(make(std::move(*root), needs.services.pool));
    }

    MadeTool madeSqliteQuery(const BuiltinNeeds& needs)
    {
        const std::filesystem::path path = needs.path("database");
        const SqliteLimits defaults;
        const auto seconds = sizeOption(needs.options, "seconds", 10);
        const SqliteLimits limits {.rows = sizeOption(needs.options, "rows", defaults.rows),
                                   .bytes = sizeOption(needs.options, "bytes", defaults.bytes),
                                   .milliseconds
                                   = static_cast<int>(std::min<std::size_t>(seconds, 3600) * 1000)};
        std::shared_ptr<Tool> made = makeSqliteQuery(path, limits, needs.services.pool);
        std::error_code ignored;
        if (path.empty() || !std::filesystem::is_regular_file(path, ignored))
            return absentTool(
                needs,
                {ErrorCode::NotFound, "options.database: expected the file of a database", {}},
                *made);
        return made;
    }

    MadeTool madeHttpGet(const BuiltinNeeds& needs)
    {
        HttpGetOptions options;
        options.allowsPrivate = truthArgument(needs.options, "allowPrivate", false);
        options.bytes
            = std::min(sizeOption(needs.options, "bytes", options.bytes), std::size_t {16} << 20U);
        const json hosts = needs.options.value("hosts", json::array());
        for (const json& host : hosts) {
            if (!host.is_string())
                return fail(ErrorCode::Invalid, "options.hosts: expected names of hosts");
            options.hosts.push_back(host.get<std::string>());
        }
        return std::shared_ptr<Tool>(makeHttpGet(std::move(options), needs.services.network));
    }

    MadeTool madeShell(const BuiltinNeeds& needs)
    {
        SandboxOptions options;
        options.root = needs.path("root");
        options.isWritable = truthArgument(needs.options, "writable", false);
        const auto megabytes = [&](const char* name, std::int64_t otherwise) {
            return std::clamp<std::int64_t>(
                       wholeArgument(needs.options, name, otherwise >> 20U), 1, 1 << 20U)
                << 20U;
        };
        options.temporaryBytes = megabytes("temporaryMegabytes", options.temporaryBytes);
        options.memoryBytes = megabytes("memoryMegabytes", options.memoryBytes);
        options.processes = static_cast<int>(std::clamp<std::int64_t>(
            wholeArgument(needs.options, "processes", options.processes), 1, 10'000));
        std::error_code error;
        if (!options.root.empty()) {
            options.root = std::filesystem::canonical(options.root, error);
            if (error || !std::filesystem::is_directory(options.root, error))
                return absentTool(
                    needs,
                    {ErrorCode::NotFound, "options.root: there is no such folder", {}},
                    *makeShell({}, bubblewrapProgram()));
        }
        return std::shared_ptr<Tool>(makeShell(std::move(options), bubblewrapProgram()));
    }

    MadeTool madeNotes(const BuiltinNeeds& needs)
    {
        return std::shared_ptr<Tool>(
            makeNotes(needs.services.notes ? needs.services.notes : std::make_shared<Notes>()));
    }

    MadeTool madeCalculator(const BuiltinNeeds&)
    {
        return std::shared_ptr<Tool>(makeCalculator());
    }

    struct BuiltinMaker
    {
        std::string_view name;
        MadeTool (*make)(const BuiltinNeeds&);
    };

    constexpr std::array kBuiltins {BuiltinMaker {"calculator", &madeCalculator},
                                    BuiltinMaker {"http_get", &madeHttpGet},
                                    BuiltinMaker {"list_files", &madeFileTool<&makeListFiles>},
                                    BuiltinMaker {"notes", &madeNotes},
                                    BuiltinMaker {"read_file", &madeFileTool<&makeReadFile>},
                                    BuiltinMaker {"search_files", &madeFileTool<&makeSearchFiles>},
                                    BuiltinMaker {"shell", &madeShell},
                                    BuiltinMaker {"sqlite_query", &madeSqliteQuery}};

    MadeTool madeBuiltin(const ToolConfig& config, const BuiltinNeeds& needs)
    {
        const std::string& name = config.builtin.empty() ? config.name : config.builtin;
        const auto* const known = std::ranges::find(kBuiltins, name, &BuiltinMaker::name);
        if (known != kBuiltins.end())
            return known->make(needs);
        const std::string_view near = tracestore::nearestWord(name, builtinNames());
        return fail(ErrorCode::NotFound,
                    "There is no built-in tool `" + name + "`."
                        + (near.empty() ? "" : " Did you mean `" + std::string(near) + "`?"));
    }

    /// What a composite reaches is what its parts reach; of tools that are not known yet (those of
    /// servers) the worst is taken.
    EffectClass reachOf(const CompositePlan& plan, const ToolBox& box)
    {
        auto reach = EffectClass::Pure;
        for (const CompositePlan::Step& step : plan.steps) {
            const ToolInfo* part = box.find(step.tool);
            reach = std::max(reach, part == nullptr ? EffectClass::Outside : part->effectClass);
        }
        return reach;
    }

    constexpr tracestore::Duration kCompositeTime {300'000'000'000};

    MadeTool
    madeComposite(const ToolConfig& config, const ToolBox& box, const ToolServices& services)
    {
        auto plan = compositePlan(config.options);
        if (!plan)
            return fail(std::move(plan).error().in("options"));
        ToolInfo info {.definition = {config.name, config.description, plan->inputSchema},
                       .effectClass = reachOf(*plan, box),
                       .timeout = kCompositeTime};
        if (plan->isAllOrNothing)
            info.stopGrace = kCompositeTime;
        return std::shared_ptr<Tool>(makeComposite(
            std::move(info),
            std::move(*plan),
            {services.nestedCall, [&box](const std::string& tool) { return box.find(tool); }}));
    }

    /// Composite tools in an order in which each comes after those that it calls; the name of one
    /// that calls itself, through whatever others, where there is no such order.
    Result<std::vector<const ToolConfig*>> compositesInOrder(const std::vector<ToolConfig>& tools)
    {
        std::map<std::string, const ToolConfig*> open;
        for (const ToolConfig& tool : tools) {
            if (tool.kind == ToolConfig::Kind::Composite)
                open.emplace(tool.name, &tool);
        }
        std::vector<const ToolConfig*> order;
        while (!open.empty()) {
            const auto ready = std::ranges::find_if(open, [&](const auto& entry) {
                const auto plan = compositePlan(entry.second->options);
                return !plan || std::ranges::none_of(plan->steps, [&](const auto& step) {
                    return open.contains(step.tool);
                });
            });
            if (ready == open.end())
                return fail(ErrorCode::Invalid,
                            "The tool `" + open.begin()->first
                                + "` calls itself, directly or through others.");
            order.push_back(ready->second);
            open.erase(ready);
        }
        return order;
    }

    Result<void> addTool(ToolBox& box, const ToolConfig& config, MadeTool tool)
    {
        const std::string where = "tool `" + config.name + '`';
        if (!tool)
            return fail(std::move(tool).error().in(where));
        auto rules = toolRules(config);
        if (!rules)
            return fail(std::move(rules).error().in(where));
        if (auto added = box.add(std::move(*tool), *rules); !added)
            return fail(std::move(added).error().in(where));
        return {};
    }

} // namespace

std::vector<std::string_view> builtinNames()
{
    std::vector<std::string_view> names;
    for (const BuiltinMaker& known : kBuiltins)
        names.push_back(known.name);
    return names;
}

Result<void> addConfiguredTools(ToolBox& box,
                                const std::vector<ToolConfig>& tools,
                                const std::filesystem::path& folder,
                                const ToolServices& services)
{
    for (const ToolConfig& config : tools) {
        // Questions to the user are no tools: the fold makes other wants of them.
        if (config.kind != ToolConfig::Kind::Builtin || config.builtin == "ask_user")
            continue;
        if (auto added
            = addTool(box, config, madeBuiltin(config, {config.options, folder, services}));
            !added)
            return added;
    }
    const auto composites = compositesInOrder(tools);
    if (!composites)
        return fail(composites.error());
    for (const ToolConfig* config : *composites) {
        if (auto added = addTool(box, *config, madeComposite(*config, box, services)); !added)
            return added;
    }
    return {};
}

} // namespace engine
