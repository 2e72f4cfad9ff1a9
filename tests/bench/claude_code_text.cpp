#include "tests/bench/claude_code_text.h"

#include "tracestore/base/timestamp.h"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace bench {
namespace {

    std::string uuid(std::uint64_t number)
    {
        std::array<char, 40> text {};
        std::snprintf(text.data(),
                      text.size(),
                      "%08" PRIx64 "-0000-4000-8000-%012" PRIx64,
                      number & 0xFFFFFFFFU,
                      number * 7 & 0xFFFFFFFFFFFFU);
        return text.data();
    }

    std::string usage(RandomSource& random)
    {
        return R"({"input_tokens":)" + std::to_string(random.between(2, 40))
            + R"(,"cache_creation_input_tokens":)" + std::to_string(random.below(4'000))
            + R"(,"cache_read_input_tokens":)" + std::to_string(random.spread(1'000, 150'000))
            + R"(,"output_tokens":)" + std::to_string(random.spread(10, 3'000)) + "}";
    }

} // namespace

ClaudeCodeText::ClaudeCodeText()
    : m_texts(11)
{ }

void ClaudeCodeText::line(std::string& to,
                          std::string_view type,
                          std::string_view message,
                          std::uint64_t time)
{
    const std::string id = uuid(++m_lines);
    to += R"({"parentUuid":)" + (m_last.empty() ? "null" : '"' + m_last + '"');
    to += R"(,"isSidechain":false,"userType":"external","cwd":"/home/dev/shop",)"
          R"("sessionId":"generated","version":"2.1.40","gitBranch":"main","type":")";
    to.append(type).append(R"(","message":)").append(message);
    to += R"(,"uuid":")" + id + R"(","timestamp":")"
        + tracestore::formatIsoTimestamp({static_cast<std::int64_t>(time)}) + "\"}\n";
    m_last = id;
}

void ClaudeCodeText::prompt(std::string& to, std::uint64_t time, RandomSource& random)
{
    std::string message = R"({"role":"user","content":")";
    m_texts.append(message, random, random.spread(50, 800));
    line(to, "user", message + "\"}", time);
}

std::uint64_t ClaudeCodeText::append(std::string& to, const Run& run, RandomSource& random)
{
    std::uint64_t steps = 0;
    prompt(to, run.steps.front().start, random);
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        if (run.steps[i].kind != StepKind::Llm)
            continue;
        const std::string id = "msg_" + uuid(m_lines + 1);
        std::string head = R"({"id":")" + id
            + R"(","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[)";
        const std::string tail = R"(],"stop_reason":null,"usage":)" + usage(random) + "}";
        std::string text = head + R"({"type":"text","text":")";
        m_texts.append(text, random, random.spread(200, 2'000));
        line(to, "assistant", text + "\"}" + tail, run.steps[i].end);
        ++steps;
        // The tools that the call asked for follow it as its siblings.
        std::vector<std::string> calls;
        for (std::size_t t = i + 1; t < run.steps.size(); ++t) {
            if (run.steps[t].kind != StepKind::Tool)
                break;
            calls.push_back("toolu_" + uuid(m_lines + 1));
            line(to,
                 "assistant",
                 head + R"({"type":"tool_use","id":")" + calls.back()
                     + R"(","name":"Read","input":{"file_path":"/home/dev/shop/main.py"}})" + tail,
                 run.steps[i].end);
        }
        for (std::size_t c = 0; c < calls.size(); ++c) {
            const Step& tool = run.steps[i + 1 + c];
            std::string result = R"({"role":"user","content":[{"tool_use_id":")" + calls[c]
                + R"(","type":"tool_result","content":")";
            m_texts.append(result, random, random.spread(200, 4'000));
            result += tool.hasFailed ? R"(","is_error":true}]})" : "\"}]}";
            line(to, "user", result, tool.end);
            ++steps;
        }
    }
    return steps;
}

} // namespace bench
