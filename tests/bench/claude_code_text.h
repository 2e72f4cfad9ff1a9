#pragma once

#include "tests/bench/run_maker.h"
#include "tests/bench/text_source.h"

namespace bench {

/// Writes the model calls and tools of runs as one session in the log of a coding agent.
class ClaudeCodeText
{
public:
    ClaudeCodeText();

    void begin(std::string& to) const { static_cast<void>(to); }

    std::uint64_t append(std::string& to, const Run& run, RandomSource& random);

    void end(std::string& to) const { static_cast<void>(to); }

private:
    void line(std::string& to, std::string_view type, std::string_view message, std::uint64_t time);
    void prompt(std::string& to, std::uint64_t time, RandomSource& random);

    TextSource m_texts;
    std::string m_last; ///< uuid of the line before
    std::uint64_t m_lines = 0;
};

} // namespace bench
