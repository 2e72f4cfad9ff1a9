#pragma once

#include <string>
#include <string_view>

namespace engine::cli {

/// Standard output or standard error. Text goes out in large pieces; when nobody reads it any more
/// (a closed pipe) writing does nothing from then on. One thread.
class Output
{
public:
    /// ANSI colours by what they mean here; the numbers are those of the escape sequences.
    enum class Style
    {
        Heading = 1,
        Faint = 2,
        Bad = 31,
        Good = 32,
        Doubtful = 33,
    };

    explicit Output(int descriptor);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output();

    [[nodiscard]] bool isTerminal() const { return m_isTerminal; }

    /// The text is ours, or made safe (tracestore/base/safe_text.h).
    void write(std::string_view text);
    void line(std::string_view text);
    void flush();

    /// The text in a style where colours are wanted: on a terminal and without NO_COLOR.
    [[nodiscard]] std::string styled(Style style, std::string_view text) const;

    /// Nothing that is written arrives any more.
    [[nodiscard]] bool isClosed() const { return m_error != 0; }

    /// The errno for which writing failed: 0 for none, and for a reader who went away.
    [[nodiscard]] int error() const;

private:
    int m_descriptor;
    bool m_isTerminal;
    bool m_hasColors;
    int m_error = 0;
    std::string m_waiting;
};

} // namespace engine::cli
