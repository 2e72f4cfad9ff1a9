#include "gui/agents/agent_reading.h"

#include "engine/config/agent_config_check.h"
#include "engine/config/agent_config_reader.h"
#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QFile>
#include <QStringList>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::AgentConfig;

namespace {

    QString readingText(const char* text)
    {
        return QCoreApplication::translate("gui::AgentsPage", text);
    }

    void addTool(AgentReading& reading, const engine::ToolConfig& tool, const QString& agent)
    {
        QStringList parts {singleLine(tool.name, 60)};
        if (tool.kind == engine::ToolConfig::Kind::Composite)
            parts << readingText("composed of others");
        else if (!tool.builtin.empty() && tool.builtin != tool.name)
            parts << singleLine(tool.builtin, 60);
        if (tool.needsApproval)
            parts << readingText("asks before each call");
        if (!agent.isEmpty())
            parts << readingText("of %1").arg(agent);
        reading.tools << parts.join(u" · "_s);
    }

    QString kindWord(engine::ProviderKind kind)
    {
        switch (kind) {
        case engine::ProviderKind::OpenAiChat:
            return u"openai-chat"_s;
        case engine::ProviderKind::OpenAiResponses:
            return u"openai-responses"_s;
        case engine::ProviderKind::Anthropic:
            return u"anthropic"_s;
        case engine::ProviderKind::Script:
            break;
        }
        return readingText("script");
    }

    void addProvider(AgentReading& reading, const engine::ProviderConfig& provider)
    {
        QString what = kindWord(provider.kind);
        if (provider.kind == engine::ProviderKind::Script)
            what += u" · "_s + singleLine(provider.script.filename().string(), 80);
        else if (!provider.baseUrl.empty())
            what += u" · "_s + singleLine(provider.baseUrl, 80);
        reading.connections.push_back({toText(provider.name), what, false});
    }

    void addServer(AgentReading& reading, const engine::McpConfig& server)
    {
        const QString name = singleLine(server.name, 60);
        const QString where = server.command.empty() ? singleLine(server.url, 80)
                                                     : singleLine(server.command.front(), 80);
        reading.tools << readingText("server %1 · %2").arg(name, where);
        reading.connections.push_back({toText(server.name), where, true});
    }

    void addParts(AgentReading& reading, const AgentConfig& top)
    {
        // Workers may have workers.
        std::vector<const AgentConfig*> agents {&top};
        for (std::size_t i = 0; i < agents.size(); ++i) {
            const AgentConfig& agent = *agents[i];
            const QString name = i == 0 ? QString() : singleLine(agent.name, 60);
            for (const engine::ProviderConfig& provider : agent.providers)
                addProvider(reading, provider);
            for (const engine::ToolConfig& tool : agent.tools)
                addTool(reading, tool, name);
            for (const engine::McpConfig& server : agent.servers)
                addServer(reading, server);
            for (const AgentConfig& worker : agent.agents)
                agents.push_back(&worker);
        }
    }

} // namespace

AgentReading readAgent(const std::string& text, const QString& folder)
{
    AgentReading reading;
    const std::filesystem::path base = QFile::encodeName(folder).toStdString();
    engine::ConfigReading read = engine::readAgentConfigText(text, base);
    reading.problems = std::move(read.problems);
    if (read.config) {
        auto doubts = engine::checkAgentConfig(*read.config);
        read.places.locate(doubts);
        reading.problems.insert(reading.problems.end(), doubts.begin(), doubts.end());
        std::ranges::stable_sort(reading.problems, {}, &engine::ConfigProblem::line);
        reading.isRead = true;
        reading.name = singleLine(read.config->name, 60);
        if (!read.config->prompt.examples.empty())
            reading.firstInput = toText(read.config->prompt.examples.front().user);
        reading.keys = engine::keyNeeds(*read.config);
        addParts(reading, *read.config);
    }
    reading.isRunnable = read.config.has_value() && !engine::hasErrors(reading.problems);
    return reading;
}

} // namespace gui
