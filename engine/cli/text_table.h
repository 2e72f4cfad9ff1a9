#pragma once

#include "engine/cli/output.h"

#include <string>
#include <vector>

namespace engine::cli {

/// Rows of texts in columns. The widths are those of the first rows, after which each row goes out
/// as it comes, so that a table of any length takes little memory.
class TextTable
{
public:
    enum class Align
    {
        Left,
        Right
    };

    struct Column
    {
        std::string name;
        Align align = Align::Left;
    };

    TextTable(Output& out, std::vector<Column> columns);
    TextTable(const TextTable&) = delete;
    TextTable& operator=(const TextTable&) = delete;
    ~TextTable();

    /// As many texts as there are columns, made safe for a terminal.
    void add(std::vector<std::string> row);

private:
    void start();
    void write(const std::vector<std::string>& row, bool isHeading = false);

    Output& m_out;
    std::vector<Column> m_columns;
    std::vector<std::size_t> m_widths;
    std::vector<std::vector<std::string>> m_waiting;
    bool m_isStarted = false;
};

/// How many columns of a terminal a text takes, near enough: its characters.
std::size_t widthOf(const std::string& text);

} // namespace engine::cli
