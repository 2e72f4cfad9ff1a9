#include "tests/support/edited_run.h"

#include "tests/support/planted_conversation.h"

#include <algorithm>
#include <array>
#include <set>

namespace tests {

using namespace tracestore;

namespace {

    using Kind = ScriptStep::Kind;

    class Chance
    {
    public:
        explicit Chance(unsigned seed)
            : m_random(seed)
        { }

        std::size_t below(std::size_t bound)
        {
            return static_cast<std::size_t>(m_random()) % bound;
        }

        std::size_t between(std::size_t first, std::size_t last)
        {
            return first + below(last - first + 1);
        }

        bool isOneIn(std::size_t chances) { return below(chances) == 0; }

        template<class List>
        const auto& pick(const List& list)
        {
            return list[below(list.size())];
        }

        std::mt19937& source() { return m_random; }

    private:
        std::mt19937 m_random;
    };

    constexpr std::array kWords {
        "order",   "refund",   "customer", "invoice", "address", "parcel",  "window",  "server",
        "failed",  "request",  "module",   "import",  "class",   "method",  "return",  "value",
        "config",  "database", "index",    "query",   "timeout", "retry",   "cache",   "page",
        "section", "title",    "author",   "date",    "price",   "weight",  "stock",   "warehouse",
        "the",     "a",        "of",       "and",     "to",      "with",    "from",    "before",
        "after",   "because",  "should",   "first",   "then",    "check",   "look",    "find",
        "open",    "write",    "read",     "change",  "test",    "passes",  "broken",  "line",
        "file",    "folder",   "branch",   "commit",  "user",    "account", "balance", "limit"};

    constexpr std::array kPlaces {"src/main.py",
                                  "src/app.py",
                                  "src/util/io.py",
                                  "tests/test_io.py",
                                  "README.md",
                                  "setup.cfg",
                                  "src/model.py",
                                  "src/views.py",
                                  "docs/api.md",
                                  "src/orders.py",
                                  "data/items.csv",
                                  "src/auth.py"};

    constexpr std::array kTools {"read_file",
                                 "search",
                                 "list_files",
                                 "run_tests",
                                 "edit_file",
                                 "get_order",
                                 "send_message",
                                 "web_search",
                                 "calculate",
                                 "get_user"};

    /// Writes runs.
    class Author
    {
    public:
        explicit Author(Chance& chance)
            : m_chance(chance)
        { }

        std::string prose(std::size_t words)
        {
            std::string text;
            for (std::size_t i = 0; i < words; ++i)
                text += (i == 0 ? "" : " ") + std::string(m_chance.pick(kWords));
            return text + '.';
        }

        ScriptStep tool()
        {
            ScriptStep step {.id = m_nextId++, .kind = Kind::Tool};
            step.name = m_chance.pick(kTools);
            step.arguments = argumentsOf(step.name);
            step.result = resultOf(step);
            return step;
        }

        std::vector<std::pair<std::string, std::string>> argumentsOf(const std::string& tool)
        {
            const auto quoted = [](const std::string& text) { return '"' + text + '"'; };
            if (tool == "read_file" || tool == "list_files")
                return {{"path", quoted(m_chance.pick(kPlaces))},
                        {"from", std::to_string(m_chance.below(5) * 100)},
                        {"lines", "100"}};
            if (tool == "edit_file")
                return {{"path", quoted(m_chance.pick(kPlaces))},
                        {"old", quoted(prose(m_chance.between(3, 12)))},
                        {"new", quoted(prose(m_chance.between(3, 12)))}};
            if (tool == "get_order" || tool == "get_user")
                return {{"id", quoted("N-" + std::to_string(m_chance.below(40)))}};
            if (tool == "run_tests")
                return {{"target", quoted(m_chance.isOneIn(2) ? "all" : m_chance.pick(kPlaces))}};
            if (tool == "calculate")
                return {{"expression",
                         quoted(std::to_string(m_chance.below(90)) + " + "
                                + std::to_string(m_chance.below(90)))}};
            return {{"query", quoted(prose(m_chance.between(2, 5)))},
                    {"limit", std::to_string(m_chance.isOneIn(2) ? 10 : 20)},
                    {"deep", m_chance.isOneIn(2) ? "true" : "false"}};
        }

        /// The same call gives the same.
        static std::string resultOf(const ScriptStep& step)
        {
            std::string seedText = step.name;
            for (const auto& [name, value] : step.arguments)
                seedText += name + value;
            Chance chance(static_cast<unsigned>(std::hash<std::string>()(seedText)));
            if (step.name == "send_message" || step.name == "edit_file")
                return R"({"ok": true})";
            if (step.name == "calculate")
                return std::to_string(chance.below(180));
            Author author(chance);
            std::string text;
            const std::size_t lines = chance.between(1, 12);
            for (std::size_t i = 0; i < lines; ++i)
                text += author.prose(chance.between(3, 10)) + '\n';
            return text;
        }

        ScriptStep call()
        {
            ScriptStep step {.id = m_nextId++, .kind = Kind::Call};
            // Many models say nothing beside their calls, or always the same.
            if (m_chance.isOneIn(3))
                step.said = "Let me look at that.";
            else if (m_chance.isOneIn(2))
                step.said = prose(m_chance.between(4, 40));
            return step;
        }

        /// A call and what it asks for.
        void addRound(Script& script, bool mayDelegate)
        {
            script.push_back(call());
            if (mayDelegate && m_chance.isOneIn(12)) {
                const std::size_t agents = m_chance.between(1, 3);
                for (std::size_t i = 0; i < agents; ++i)
                    script.push_back(agent());
                return;
            }
            const std::size_t tools = m_chance.isOneIn(5) ? m_chance.between(2, 4) : 1;
            for (std::size_t i = 0; i < tools; ++i)
                script.push_back(tool());
        }

        /// Read, edit, test, again and again.
        void addLoop(Script& script)
        {
            const std::size_t rounds = m_chance.between(2, 8);
            const std::string path = m_chance.pick(kPlaces);
            for (std::size_t i = 0; i < rounds; ++i)
                addLoopRound(script, path);
        }

        void addLoopRound(Script& script, const std::string& path)
        {
            for (const char* name : {"edit_file", "run_tests"}) {
                script.push_back(call());
                ScriptStep step {.id = m_nextId++, .kind = Kind::Tool, .name = name};
                step.arguments = argumentsOf(name);
                step.arguments.front().second = '"' + path + '"';
                step.result = resultOf(step);
                if (step.name == "run_tests")
                    step.result = std::to_string(m_chance.below(9)) + " failed, "
                        + std::to_string(m_chance.between(20, 40)) + " passed in "
                        + std::to_string(m_chance.below(60)) + " s";
                script.push_back(std::move(step));
            }
        }

        ScriptStep agent()
        {
            static constexpr std::array kAgents {"researcher", "reviewer", "coder"};
            ScriptStep step {.id = m_nextId++, .kind = Kind::Agent, .name = m_chance.pick(kAgents)};
            step.said = prose(m_chance.between(6, 25));
            const std::size_t rounds = m_chance.between(1, 8);
            for (std::size_t i = 0; i < rounds; ++i)
                addRound(step.inside, false);
            step.inside.push_back(answer());
            return step;
        }

        ScriptStep answer()
        {
            ScriptStep step {.id = m_nextId++, .kind = Kind::Call};
            step.said = prose(m_chance.between(8, 60));
            return step;
        }

        void addTurn(Script& script, std::size_t rounds)
        {
            script.push_back({.id = m_nextId++, .kind = Kind::Turn});
            script.back().said = prose(m_chance.between(4, 20));
            for (std::size_t i = 0; i < rounds; ++i) {
                if (m_chance.isOneIn(12))
                    addLoop(script);
                else
                    addRound(script, true);
            }
            script.push_back(answer());
        }

        Script run()
        {
            Script script;
            const std::size_t turns = m_chance.isOneIn(3) ? m_chance.between(2, 6) : 1;
            const std::size_t rounds
                = m_chance.isOneIn(10) ? m_chance.between(60, 150) : m_chance.between(3, 30);
            for (std::size_t i = 0; i < turns; ++i)
                addTurn(script, std::max<std::size_t>(1, rounds / turns));
            return script;
        }

        int nextId() { return m_nextId++; }

        /// Other words for the same.
        std::string otherWords(const std::string& text)
        {
            std::string other;
            for (std::size_t from = 0; from < text.size();) {
                const std::size_t end = std::min(text.find(' ', from), text.size());
                const std::string word = text.substr(from, end - from);
                other += (other.empty() ? "" : " ")
                    + (m_chance.isOneIn(3) ? std::string(m_chance.pick(kWords)) : word);
                from = end + 1;
            }
            return other;
        }

    private:
        Chance& m_chance;
        int m_nextId = 0;
    };

    /// A call with what it asked for, as places in a script.
    struct Round
    {
        std::size_t first = 0;
        std::size_t end = 0;
    };

    std::vector<Round> roundsOf(const Script& script)
    {
        std::vector<Round> rounds;
        for (std::size_t i = 0; i < script.size(); ++i) {
            if (script[i].kind != Kind::Call)
                continue;
            std::size_t end = i + 1;
            while (end < script.size()
                   && (script[end].kind == Kind::Tool || script[end].kind == Kind::Agent))
                ++end;
            if (end > i + 1)
                rounds.push_back({i, end});
        }
        return rounds;
    }

    /// Makes one run of another.
    class Editor
    {
    public:
        Editor(Chance& chance, Author& author, EditedRun& run)
            : m_chance(chance)
            , m_author(author)
            , m_run(run)
            , m_firstNew(author.nextId())
        { }

        void edit()
        {
            static constexpr std::array<void (Editor::*)(Script&), 9> kHarmless {
                &Editor::retry,
                &Editor::retryOtherwise,
                &Editor::putIn,
                &Editor::takeOut,
                &Editor::shuffleCalls,
                &Editor::otherWords,
                &Editor::swapRounds,
                &Editor::changeLoop,
                &Editor::otherResult};
            const std::size_t edits = m_chance.between(1, 5);
            for (std::size_t i = 0; i < edits; ++i)
                (this->*m_chance.pick(kHarmless))(anyScript());
            if (m_chance.isOneIn(4))
                return;
            switch (m_chance.below(4)) {
            case 0:
                return partForGood();
            case 1:
                return otherAnswer();
            default:
                return otherArguments(anyScript());
            }
        }

    private:
        void note(const char* what, int id)
        {
            m_edited.insert(id);
            m_run.edits.push_back(std::string(what) + " at " + std::to_string(id));
        }

        /// That of the main agent or of one below it.
        Script& anyScript()
        {
            std::vector<Script*> scripts {&m_run.after, &m_run.after};
            for (ScriptStep& step : m_run.after) {
                if (step.kind == Kind::Agent)
                    scripts.push_back(&step.inside);
            }
            return *scripts[m_chance.below(scripts.size())];
        }

        /// A round that is not near another edit. Two that touch each other are one, and nobody
        /// could say which part of it made the difference.
        Round anyRound(const Script& script)
        {
            constexpr std::size_t kNear = 3;
            const std::vector<Round> rounds = roundsOf(script);
            if (rounds.empty())
                return {};
            const std::size_t chosen = m_chance.below(rounds.size());
            const std::size_t end = std::min(rounds.size(), chosen + kNear + 1);
            for (std::size_t i = chosen < kNear ? 0 : chosen - kNear; i < end; ++i) {
                for (std::size_t at = rounds[i].first; at < rounds[i].end; ++at) {
                    if (m_edited.contains(script[at].id) || script[at].id >= m_firstNew)
                        return {};
                }
            }
            return rounds[chosen];
        }

        [[nodiscard]] bool isEdited(const Round& round) const
        {
            for (std::size_t at = round.first; at < round.end; ++at) {
                const int id = m_run.after[at].id;
                if (m_edited.contains(id) || id >= m_firstNew)
                    return true;
            }
            return false;
        }

        static void insert(Script& script, std::size_t at, Script steps)
        {
            script.insert(script.begin() + static_cast<std::ptrdiff_t>(at),
                          std::make_move_iterator(steps.begin()),
                          std::make_move_iterator(steps.end()));
        }

        /// The same call, which fails first.
        void retry(Script& script)
        {
            const Round round = anyRound(script);
            if (round.end != round.first + 2 || script[round.first + 1].kind != Kind::Tool)
                return;
            note("retry", script[round.first].id);
            Script tried(script.begin() + static_cast<std::ptrdiff_t>(round.first),
                         script.begin() + static_cast<std::ptrdiff_t>(round.end));
            for (ScriptStep& step : tried)
                step.id = m_author.nextId();
            tried.back().isFailed = true;
            tried.back().result = "Error: timed out after 30 s";
            insert(script, round.first, std::move(tried));
        }

        /// A call with wrong arguments, which fails and is put right.
        void retryOtherwise(Script& script)
        {
            const Round round = anyRound(script);
            if (round.end != round.first + 2 || script[round.first + 1].kind != Kind::Tool)
                return;
            note("wrong try", script[round.first].id);
            ScriptStep call = m_author.call();
            ScriptStep tool = script[round.first + 1];
            tool.id = m_author.nextId();
            tool.arguments.back() = {"wrong_" + tool.arguments.back().first, "null"};
            tool.isFailed = true;
            tool.result = "Error: unknown argument";
            Script tried;
            tried.push_back(std::move(call));
            tried.push_back(std::move(tool));
            insert(script, round.first, std::move(tried));
        }

        void putIn(Script& script)
        {
            const Round round = anyRound(script);
            const std::size_t at = round.first;
            if (round.end == 0)
                return;
            note("one more", script[at].id);
            Script more;
            m_author.addRound(more, false);
            insert(script, at, std::move(more));
        }

        void takeOut(Script& script)
        {
            const Round round = anyRound(script);
            if (roundsOf(script).size() < 3 || round.end == 0)
                return;
            note("one less", script[round.first].id);
            if (round.end < script.size())
                m_edited.insert(script[round.end].id);

            script.erase(script.begin() + static_cast<std::ptrdiff_t>(round.first),
                         script.begin() + static_cast<std::ptrdiff_t>(round.end));
        }

        /// What is asked for at once ends in another order.
        void shuffleCalls(Script& script)
        {
            for (const Round& round : roundsOf(script)) {
                if (round.end - round.first > 2)
                    std::shuffle(script.begin() + static_cast<std::ptrdiff_t>(round.first + 1),
                                 script.begin() + static_cast<std::ptrdiff_t>(round.end),
                                 m_chance.source());
            }
            note("shuffled", -1);
        }

        void otherWords(Script& script)
        {
            const Round round = anyRound(script);
            if (round.end == 0 || script[round.first].said.size() < 40)
                return;
            note("other words", script[round.first].id);
            script[round.first].said = m_author.otherWords(script[round.first].said);
        }

        void swapRounds(Script& script)
        {
            const Round round = anyRound(script);
            const std::vector<Round> rounds = roundsOf(script);
            const auto next = std::ranges::find(rounds, round.end, &Round::first);
            if (round.end == 0 || next == rounds.end())
                return;
            note("swapped", script[round.first].id);
            std::rotate(script.begin() + static_cast<std::ptrdiff_t>(round.first),
                        script.begin() + static_cast<std::ptrdiff_t>(next->first),
                        script.begin() + static_cast<std::ptrdiff_t>(next->end));
        }

        /// A loop goes round once or twice more, or less.
        void changeLoop(Script& script)
        {
            for (std::size_t i = 0; i + 3 < script.size(); ++i) {
                const bool isRound = script[i].kind == Kind::Call
                    && script[i + 1].name == "edit_file" && script[i + 3].name == "run_tests"
                    && script[i + 2].kind == Kind::Call;
                const bool isNew = script[i].id >= m_firstNew || m_edited.contains(script[i].id)
                    || m_edited.contains(script[i + 1].id);
                if (!isRound || isNew)
                    continue;
                note("loop", script[i].id);
                if (i + 4 < script.size())
                    m_edited.insert(script[i + 4].id);
                if (m_chance.isOneIn(2)) {
                    script.erase(script.begin() + static_cast<std::ptrdiff_t>(i),
                                 script.begin() + static_cast<std::ptrdiff_t>(i + 4));
                    return;
                }
                const std::string path = script[i + 1].arguments.front().second;
                Script more;
                for (std::size_t n = m_chance.between(1, 2); n > 0; --n)
                    m_author.addLoopRound(more, path.substr(1, path.size() - 2));
                insert(script, i, std::move(more));
                return;
            }
        }

        /// The world answers otherwise, and nothing comes of it.
        void otherResult(Script& script)
        {
            const Round round = anyRound(script);
            if (round.end == 0 || script[round.first + 1].kind != Kind::Tool)
                return;
            note("other result", script[round.first + 1].id);
            script[round.first + 1].result
                += "\nTook 0." + std::to_string(m_chance.below(999)) + " s";
        }

        void otherArguments(Script& script)
        {
            const Round round = anyRound(script);
            if (round.end == 0 || script[round.first + 1].kind != Kind::Tool)
                return;
            ScriptStep& tool = script[round.first + 1];
            const auto before = tool.arguments;
            for (int tries = 0; tries < 20 && tool.arguments == before; ++tries) {
                const auto others = m_author.argumentsOf(tool.name);
                const std::size_t which = m_chance.below(others.size());
                tool.arguments[which % tool.arguments.size()] = others[which];
            }
            if (tool.arguments == before)
                return;
            note("other arguments", script[round.first].id);
            tool.result = Author::resultOf(tool);
            m_run.parting = script[round.first].id;
        }

        /// From some round on another run.
        void partForGood()
        {
            Script& script = m_run.after;
            const Round round = anyRound(script);
            if (round.end == 0)
                return;
            note("parted for good", script[round.first].id);
            m_run.parting = script[round.first].id;
            script.erase(script.begin() + static_cast<std::ptrdiff_t>(round.first), script.end());
            Script other;
            m_author.addTurn(other, m_chance.between(1, 20));
            // The turn goes on.
            other.erase(other.begin());
            m_run.partingInAfter = other.front().id;
            script.insert(script.end(), other.begin(), other.end());
        }

        void otherAnswer()
        {
            ScriptStep& answer = m_run.after.back();
            const std::vector<Round> rounds = roundsOf(m_run.after);
            const bool isNear
                = std::any_of(rounds.end() - std::min<std::ptrdiff_t>(2, std::ssize(rounds)),
                              rounds.end(),
                              [&](const Round& round) { return isEdited(round); });
            if (isNear || m_edited.contains(answer.id))
                return;
            note("other answer", answer.id);
            answer.said = m_author.prose(m_chance.between(8, 60));
            m_run.parting = answer.id;
        }

        Chance& m_chance;
        Author& m_author;
        EditedRun& m_run;
        int m_firstNew; ///< ids from here on are of edits
        std::set<int> m_edited;
    };

    /// Writes a script down as a trace.
    class Recorder
    {
    public:
        explicit Recorder(const ScriptForm& form)
            : m_form(form)
            , m_builder({.formatId = "test", .formatName = "Test"})
            , m_random(form.shuffle)
        {
            m_builder.addSession({.key = "s"});
        }

        ScriptTrace write(const Script& script)
        {
            SpanId top;
            if (m_form.hasWorkflow)
                top = addSpan(SpanKind::Workflow, "pipeline", top, -1);
            if (m_form.hasAgent)
                top = addSpan(SpanKind::Agent, "main", top, -1);
            addSteps(script, top);
            ScriptTrace written;
            written.ids = m_ids;
            written.trace = m_builder.finish(m_payloads);
            return written;
        }

    private:
        SpanId addSpan(SpanKind kind, const std::string& name, SpanId parent, int id)
        {
            SpanRecord record;
            record.session = SessionId(0);
            record.kind = kind;
            record.name = name;
            record.parent = parent;
            record.start = Timestamp {m_time};
            m_time += 1'000'000;
            record.end = Timestamp {m_time};
            record.status = SpanStatus::Ok;
            m_ids.push_back(id);
            m_payloads->details.emplace_back();
            return m_builder.addSpan(record);
        }

        // Agents of scripts have no agents below.
        void addSteps(const Script& script, SpanId parent) // NOLINT(misc-no-recursion)
        {
            SpanId turn = parent;
            SpanId around = parent;
            int rounds = 0;
            for (std::size_t i = 0; i < script.size(); ++i) {
                const ScriptStep& step = script[i];
                switch (step.kind) {
                case Kind::Turn:
                    if (m_form.hasTurns)
                        turn = addSpan(SpanKind::Turn, step.said, parent, step.id);
                    around = turn;
                    m_task = step.said;
                    break;
                case Kind::Call:
                    if (m_form.hasRounds)
                        around
                            = addSpan(SpanKind::Turn, "turn " + std::to_string(++rounds), turn, -1);
                    addCall(script, i, around);
                    break;
                case Kind::Tool:
                    addTool(step, around);
                    break;
                case Kind::Agent:
                    addSteps(step.inside, addAgent(step, around));
                    break;
                }
            }
        }

        void addCall(const Script& script, std::size_t place, SpanId parent)
        {
            addSpan(SpanKind::Llm, m_form.callName, parent, script[place].id);
            SpanDetail& detail = m_payloads->details.back();
            detail.outputState = ContentState::Full;
            Message message {.role = Role::Assistant};
            if (!script[place].said.empty())
                message.parts.emplace_back(TextPart {script[place].said});
            for (std::size_t i = place + 1; i < script.size() && script[i].kind == Kind::Tool; ++i)
                message.parts.emplace_back(
                    ToolCallPart {std::to_string(m_time + static_cast<std::int64_t>(i)),
                                  script[i].name,
                                  argumentsText(script[i])});
            detail.output.push_back(std::move(message));
            if (!m_task.empty()) {
                detail.inputState = ContentState::Full;
                detail.input.push_back({.role = Role::User, .parts = {TextPart {m_task}}});
                m_task.clear();
            }
        }

        void addTool(const ScriptStep& step, SpanId parent)
        {
            const SpanId span = addSpan(SpanKind::Tool, step.name, parent, step.id);
            if (step.isFailed)
                m_builder.columns().status.set(span.index(), SpanStatus::Error);
            m_payloads->details.back().toolArguments = argumentsText(step);
            m_payloads->details.back().toolResult = step.result;
        }

        SpanId addAgent(const ScriptStep& step, SpanId parent)
        {
            m_task = step.said;
            return addSpan(SpanKind::Agent, step.name, parent, step.id);
        }

        std::string argumentsText(const ScriptStep& step)
        {
            auto members = step.arguments;
            if (m_form.shuffle != 0)
                std::shuffle(members.begin(), members.end(), m_random);
            std::string text = "{";
            for (const auto& [name, value] : members)
                text += (text.size() == 1 ? "\"" : ", \"") + name
                    + (m_form.shuffle != 0 ? "\":" : "\": ") + value;
            return text + "}";
        }

        ScriptForm m_form;
        TraceBuilder m_builder;
        std::mt19937 m_random;
        std::shared_ptr<WrittenPayloads> m_payloads = std::make_shared<WrittenPayloads>();
        std::vector<int> m_ids;
        std::string m_task; ///< what the next call is told: by the user or who called its agent
        std::int64_t m_time = 1'000'000'000;
    };

} // namespace

ScriptTrace traceOf(const Script& script, const ScriptForm& form)
{
    return Recorder(form).write(script);
}

EditedRun makeEditedRun(unsigned seed)
{
    Chance chance(seed);
    Author author(chance);
    EditedRun run;
    run.before = author.run();
    run.after = run.before;
    Editor(chance, author, run).edit();
    return run;
}

} // namespace tests
