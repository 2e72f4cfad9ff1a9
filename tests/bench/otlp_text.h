#pragma once

#include "tests/bench/run_maker.h"
#include "tests/bench/text_source.h"

namespace bench {

/// Writes runs as OTLP/JSON by the GenAI conventions, spans in the order in which they end.
class OtlpText
{
public:
    OtlpText(bool isOneDocument, bool withHistory);

    void begin(std::string& to) const;
    std::uint64_t append(std::string& to, const Run& run, RandomSource& random);
    void end(std::string& to) const;

private:
    void span(std::string& to, const Run& run, const Step& step, RandomSource& random);
    void llm(std::string& to, const Step& step, RandomSource& random);
    void tool(std::string& to, const Step& step, RandomSource& random) const;

    TextSource m_texts;
    bool m_isOneDocument;
    bool m_withHistory;
    bool m_isFirst = true;
    std::string m_history; ///< the messages of the agent that is written, as JSON in a string
};

} // namespace bench
