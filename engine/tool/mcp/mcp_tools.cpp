#include "engine/tool/mcp/mcp_tools.h"

#include "engine/tool/ending_tool.h"
#include "engine/tool/mcp/mcp_http.h"
#include "engine/tool/mcp/mcp_stdio.h"
#include "tracestore/base/json_io.h"

#include <QPointer>

#include <algorithm>
#include <array>

namespace engine {

using namespace Qt::StringLiterals;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kLongestName = 64;

    /// What a program may need of our environment; keys are not among it.
    constexpr std::array kPassedOn {"PATH",
                                    "HOME",
                                    "USER",
                                    "LOGNAME",
                                    "SHELL",
                                    "LANG",
                                    "LC_ALL",
                                    "TZ",
                                    "TMPDIR",
                                    "XDG_RUNTIME_DIR",
                                    "HTTP_PROXY",
                                    "HTTPS_PROXY",
                                    "NO_PROXY",
                                    "http_proxy",
                                    "https_proxy",
                                    "no_proxy"};

    class McpCall : public EndingTool
    {
    public:
        McpCall(McpConnection& connection,
                const std::string& tool,
                const ToolCall& call,
                ToolHandlers handlers)
            : EndingTool(std::move(handlers))
            , m_connection(&connection)
        {
            auto arguments = tracestore::parseJson(call.arguments);
            m_call = connection.call(
                tool,
                arguments ? std::move(*arguments) : nlohmann::json::object(),
                {.progress = [this](const std::string& text) { tellProgress(text); },
                 .done =
                     [this](Outcome outcome) {
                         m_call = 0;
                         end(std::move(outcome));
                     }});
        }

        ~McpCall() override { stop(); }

        void cancel() override
        {
            stop();
            EndingTool::cancel();
        }

    private:
        void stop()
        {
            if (m_connection && m_call != 0)
                m_connection->cancel(m_call);
            m_call = 0;
        }

        QPointer<McpConnection> m_connection;
        int m_call = 0;
    };

    class McpTool : public Tool
    {
    public:
        McpTool(ToolInfo info, std::string name, McpPool* pool)
            : m_info(std::move(info))
            , m_name(std::move(name))
            , m_pool(pool)
        { }

        [[nodiscard]] const ToolInfo& info() const override { return m_info; }

        std::unique_ptr<RunningTool> start(const ToolCall& call, ToolHandlers handlers) override
        {
            if (!m_pool)
                return std::make_unique<AnsweredTool>(
                    std::move(handlers),
                    toolError("mcp", "The server `" + m_info.server + "` is not there any more."));
            return std::make_unique<McpCall>(
                m_pool->leastBusy(), m_name, call, std::move(handlers));
        }

    private:
        ToolInfo m_info;
        std::string m_name; ///< as the server has it
        QPointer<McpPool> m_pool;
    };

    /// Other characters become underscores.
    std::string plainName(std::string name)
    {
        for (char& c : name) {
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!isPlain)
                c = '_';
        }
        return name.substr(0, kLongestName);
    }

    using Variables = std::map<std::string, std::string>;

    Result<Variables> namedVariables(const McpConfig& config,
                                     const ToolBox::SecretLookup& variables)
    {
        Variables values;
        for (const auto& [name, variable] : config.environment) {
            auto value = variables ? variables(variable) : std::nullopt;
            if (!value)
                return fail(ErrorCode::NotFound,
                            "The environment variable " + variable + ", which the server `"
                                + config.name + "` needs, is not set.");
            values.emplace(name, std::move(*value));
        }
        return values;
    }

    using MadeTransport = Result<std::unique_ptr<McpTransport>>;

    MadeTransport commandTransport(const McpConfig& config, const Variables& own)
    {
        McpCommand command;
        command.program = QString::fromStdString(config.command.front());
        for (std::size_t i = 1; i < config.command.size(); ++i)
            command.arguments.append(QString::fromStdString(config.command[i]));
        for (const char* name : kPassedOn) {
            if (qEnvironmentVariableIsSet(name))
                command.environment.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
        }
        for (const auto& [name, value] : own)
            command.environment.insert(QString::fromStdString(name), QString::fromStdString(value));
        return std::unique_ptr<McpTransport>(std::make_unique<McpStdio>(std::move(command)));
    }

    MadeTransport addressTransport(const McpConfig& config,
                                   const Variables& headers,
                                   QNetworkAccessManager& network)
    {
        McpHttpSettings settings;
        settings.url = QUrl(QString::fromStdString(config.url), QUrl::StrictMode);
        const QString scheme = settings.url.scheme();
        if (!settings.url.isValid() || (scheme != u"http"_s && scheme != u"https"_s))
            return fail(ErrorCode::Invalid,
                        "The address of the server `" + config.name
                            + "` is none: it begins with http:// or https://.");
        for (const auto& [name, value] : headers)
            settings.headers[QByteArray::fromStdString(name)] = QByteArray::fromStdString(value);
        return std::unique_ptr<McpTransport>(
            std::make_unique<McpHttp>(std::move(settings), network));
    }

} // namespace

Result<std::unique_ptr<McpPool>> makeMcpPool(const McpConfig& config,
                                             const ToolBox::SecretLookup& variables,
                                             QNetworkAccessManager& network)
{
    if (config.command.empty() == config.url.empty())
        return fail(ErrorCode::Invalid,
                    "The server `" + config.name + "` needs either a command or an address.");
    const auto own = namedVariables(config, variables);
    if (!own)
        return fail(own.error());
    // Only processes of our own can be more than one.
    const std::uint32_t count = config.command.empty() ? 1 : std::max(config.pool, 1U);
    std::vector<std::unique_ptr<McpConnection>> connections;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto transport = config.command.empty() ? addressTransport(config, *own, network)
                                                : commandTransport(config, *own);
        if (!transport)
            return fail(std::move(transport).error());
        connections.push_back(std::make_unique<McpConnection>(McpSettings {.name = config.name},
                                                              std::move(*transport)));
    }
    return std::make_unique<McpPool>(std::move(connections));
}

std::unique_ptr<Tool> makeMcpTool(const McpToolInfo& tool, const McpConfig& config, McpPool* pool)
{
    ToolInfo info {.definition = {tool.name, tool.description, tool.inputSchema},
                   .effectClass = EffectClass::Outside,
                   .server = config.name,
                   .timeout = {60'000'000'000},
                   .needsApproval = config.needsApproval};
    if (const auto known = config.effectClasses.find(tool.name);
        known != config.effectClasses.end())
        info.effectClass = effectClassOf(known->second).value_or(EffectClass::Outside);
    return std::make_unique<McpTool>(std::move(info), tool.name, pool);
}

std::vector<std::string> offerMcpTools(ToolBox& box, const McpConfig& config, McpPool& pool)
{
    return offerMcpTools(box, config, pool.tools(), &pool);
}

std::vector<std::string> offerMcpTools(ToolBox& box,
                                       const McpConfig& config,
                                       const std::vector<McpToolInfo>& tools,
                                       McpPool* pool)
{
    std::vector<std::string> refused;
    box.removeServer(config.name);
    for (const McpToolInfo& tool : tools) {
        const bool isWanted = config.include.empty()
            || std::ranges::find(config.include, tool.name) != config.include.end();
        if (!isWanted)
            continue;
        ToolRules rules {.name = plainName(tool.name)};
        if (box.find(rules.name) != nullptr)
            rules.name = plainName(config.name + '_' + tool.name);
        const std::shared_ptr<Tool> made = makeMcpTool(tool, config, pool);
        if (!box.add(made, rules))
            refused.push_back(tool.name);
    }
    return refused;
}

} // namespace engine
