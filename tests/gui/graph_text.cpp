#include "tests/gui/graph_text.h"

#include "tests/support/trace_maker.h"

#include <map>
#include <sstream>

namespace tests {

using namespace gui;
using namespace tracestore;

namespace {

    constexpr std::int64_t kMs = 1'000'000;

    /// Reads the lines one after another, keeping the way down to the last span.
    class Reader
    {
    public:
        void read(const std::string& line)
        {
            const std::size_t indent = line.find_first_not_of(' ');
            if (indent == std::string::npos)
                return;
            std::istringstream words(line);
            std::string kind;
            words >> kind;
            if (kind == "==") {
                std::string key;
                words >> key;
                m_session = m_builder.addSession({.key = key});
                return;
            }
            addSpan(kind, words, indent / 2);
        }

        TracePtr finish() { return m_builder.finish(std::make_shared<FixedPayloads>()); }

    private:
        void addSpan(const std::string& kind, std::istringstream& words, std::size_t depth)
        {
            if (!m_session.isValid())
                m_session = m_builder.addSession({.key = "s"});
            std::string name;
            words >> name;
            std::string model;
            SpanRecord record {.session = m_session,
                               .kind = fromWord<SpanKind>(kind).value(),
                               .name = name,
                               .status = SpanStatus::Ok};
            for (std::string word; words >> word;)
                addWord(record, word, model);
            record.requestedModel = model;
            m_above.resize(depth);
            if (depth > 0)
                record.parent = m_above.back();
            m_above.push_back(m_builder.addSpan(record));
        }

        void addWord(SpanRecord& record, const std::string& word, std::string& model)
        {
            if (word.front() == '@') {
                record.agent = agent(word.substr(1));
            } else if (word.starts_with("model=")) {
                model = word.substr(6);
            } else if (word == "wrapper") {
                record.countsInTotals = false;
            } else if (const auto status = fromWord<SpanStatus>(word)) {
                record.status = *status;
            } else {
                const std::size_t dash = word.find('-');
                record.start = Timestamp {std::stoll(word) * kMs};
                record.end = Timestamp {std::stoll(word.substr(dash + 1)) * kMs};
            }
        }

        AgentId agent(const std::string& name)
        {
            const auto [known, isNew] = m_agents.try_emplace(name);
            if (isNew)
                known->second = m_builder.addAgent({.name = name.substr(0, name.find('#'))});
            return known->second;
        }

        TraceBuilder m_builder {{.formatId = "test", .formatName = "Test"}};
        SessionId m_session;
        std::vector<SpanId> m_above;
        std::map<std::string, AgentId> m_agents;
    };

    std::string noteText(FoldNote note)
    {
        switch (note) {
        case FoldNote::None:
            return {};
        case FoldNote::TooManyToUnroll:
            return "note too many to unroll\n";
        case FoldNote::AgentsClosed:
            return "note agents closed\n";
        case FoldNote::KindsFolded:
            return "note kinds folded\n";
        }
        return {};
    }

    std::string times(std::string_view word, std::uint32_t count)
    {
        return count > 1 ? ' ' + std::string(word) + std::to_string(count) : std::string();
    }

    std::string counted(std::string_view word, std::uint32_t count)
    {
        return count == 0 ? std::string() : ' ' + std::to_string(count) + ' ' + std::string(word);
    }

    std::string nodeText(const ExecutionGraph& graph, const GraphNode& node)
    {
        std::string text;
        switch (node.kind) {
        case NodeKind::Steps:
            text = std::string(toWord(node.spanKind)) + ' ' + std::string(node.name);
            break;
        case NodeKind::KindGroup:
            text
                = "all " + std::string(toWord(node.spanKind)) + times("names=", node.distinctNames);
            break;
        case NodeKind::Agent:
            text = "closed " + std::string(node.name) + times("runs=", node.runs)
                + " steps=" + std::to_string(node.outcomes.total());
            break;
        case NodeKind::Joint:
            return "joint";
        }
        if (node.kind != NodeKind::Agent)
            text += times("x", node.outcomes.total());
        if (node.partFirst != 0)
            text += " part " + std::to_string(node.partFirst) + '-' + std::to_string(node.partLast);
        text += counted("failed", node.outcomes.failed) + counted("retries", node.retries);
        if (node.cluster != kNoIndex)
            text += " in " + std::string(graph.clusters[node.cluster].name);
        return text;
    }

} // namespace

TracePtr traceFromText(std::string_view text)
{
    Reader reader;
    std::istringstream lines {std::string(text)};
    for (std::string line; std::getline(lines, line);)
        reader.read(line);
    return reader.finish();
}

std::string graphText(const ExecutionGraph& graph)
{
    std::string text = noteText(graph.note);
    for (const GraphCluster& cluster : graph.clusters) {
        text += "frame " + std::string(cluster.name) + times("x", cluster.runs)
            + counted("failed", cluster.failedRuns);
        if (cluster.parent != kNoIndex)
            text += " in " + std::string(graph.clusters[cluster.parent].name);
        text += '\n';
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        text += std::to_string(i) + ' ' + nodeText(graph, graph.nodes[i]) + '\n';
    for (const GraphEdge& edge : graph.edges)
        text += std::to_string(edge.from) + "->" + std::to_string(edge.to) + times("x", edge.count)
            + (edge.isBack ? " back" : "") + counted("retries", edge.retries)
            + (edge.isHandOver ? " hand-over" : "") + '\n';
    return text;
}

} // namespace tests
