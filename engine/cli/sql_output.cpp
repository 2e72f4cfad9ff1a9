#include "engine/cli/sql_output.h"

#include "engine/cli/text_table.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"

#include <array>
#include <charconv>
#include <memory>

namespace engine::cli {

using tracestore::JsonWriter;
using tracestore::Statement;
using Type = Statement::Type;

namespace {

    std::string hexOf(std::string_view bytes)
    {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            text.append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
        }
        return text;
    }

    std::string realText(double number)
    {
        std::array<char, 32> text {};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        return {text.data(), end};
    }

    std::string valueText(const Statement& statement, int column)
    {
        switch (statement.type(column)) {
        case Type::Null:
            return {};
        case Type::Integer:
            return std::to_string(statement.integer(column));
        case Type::Real:
            return realText(statement.real(column));
        case Type::Text:
            return std::string(statement.bytes(column));
        case Type::Blob:
            return hexOf(statement.bytes(column));
        }
        return {};
    }

    /// Writes one row after another in a form.
    class Rows
    {
    public:
        Rows() = default;
        Rows(const Rows&) = delete;
        Rows& operator=(const Rows&) = delete;
        virtual ~Rows() = default;

        virtual void add(const Statement& row) = 0;

        virtual void end() { }
    };

    class TableRows : public Rows
    {
    public:
        TableRows(Output& out, const Statement& statement)
            : m_table(out, columnsOf(statement))
        { }

        void add(const Statement& row) override
        {
            std::vector<std::string> texts;
            for (int i = 0; i < row.columnCount(); ++i)
                texts.push_back(tracestore::safeLine(valueText(row, i)));
            m_table.add(std::move(texts));
        }

    private:
        static std::vector<TextTable::Column> columnsOf(const Statement& statement)
        {
            std::vector<TextTable::Column> columns;
            for (int i = 0; i < statement.columnCount(); ++i)
                columns.push_back({tracestore::safeLine(statement.columnName(i))});
            return columns;
        }

        TextTable m_table;
    };

    class CsvRows : public Rows
    {
    public:
        CsvRows(Output& out, const Statement& statement)
            : m_out(out)
        {
            std::string line;
            for (int i = 0; i < statement.columnCount(); ++i)
                append(line, i, statement.columnName(i));
            m_out.write(line + "\r\n");
        }

        void add(const Statement& row) override
        {
            std::string line;
            for (int i = 0; i < row.columnCount(); ++i)
                append(line, i, valueText(row, i));
            m_out.write(line + "\r\n");
        }

    private:
        static void append(std::string& line, int column, std::string_view text)
        {
            line += column == 0 ? "" : ",";
            // Line feeds stay; what acts on a terminal does not.
            const std::string safe = tracestore::safeText(text);
            if (safe.find_first_of(",\"\r\n") == std::string::npos) {
                line += safe;
                return;
            }
            line += '"';
            for (const char c : safe)
                line.append(c == '"' ? 2 : 1, c);
            line += '"';
        }

        Output& m_out;
    };

    class JsonRows : public Rows
    {
    public:
        JsonRows(Output& out, const Statement& statement)
            : m_out(out)
            , m_json(m_text)
        {
            for (int i = 0; i < statement.columnCount(); ++i)
                m_names.push_back(statement.columnName(i));
            m_json.beginArray();
        }

        void add(const Statement& row) override
        {
            m_text += '\n';
            m_json.beginObject();
            for (int i = 0; i < row.columnCount(); ++i) {
                m_json.key(m_names[static_cast<std::size_t>(i)]);
                switch (row.type(i)) {
                case Type::Null:
                    m_json.null();
                    break;
                case Type::Integer:
                    m_json.value(row.integer(i));
                    break;
                case Type::Real:
                    m_json.value(row.real(i));
                    break;
                case Type::Text:
                case Type::Blob:
                    m_json.value(std::string_view(valueText(row, i)));
                    break;
                }
            }
            m_json.endObject();
            m_out.write(m_text);
            m_text.clear();
        }

        void end() override
        {
            m_json.endArray();
            m_out.line(m_text);
        }

    private:
        Output& m_out;
        std::string m_text;
        JsonWriter m_json;
        std::vector<std::string> m_names;
    };

    std::unique_ptr<Rows> rowsIn(SqlFormat format, Output& out, const Statement& statement)
    {
        switch (format) {
        case SqlFormat::Table:
            return std::make_unique<TableRows>(out, statement);
        case SqlFormat::Json:
            return std::make_unique<JsonRows>(out, statement);
        case SqlFormat::Csv:
            return std::make_unique<CsvRows>(out, statement);
        }
        return nullptr;
    }

} // namespace

tracestore::Result<void>
writeRows(Output& out, Statement& statement, SqlFormat format, const tracestore::Job& job)
{
    const std::unique_ptr<Rows> rows = rowsIn(format, out, statement);
    while (!out.isClosed()) {
        if (job.isCancelled())
            return tracestore::cancelled();
        const auto isRow = statement.step();
        if (!isRow)
            return fail(isRow.error());
        if (!*isRow)
            break;
        rows->add(statement);
    }
    rows->end();
    return {};
}

} // namespace engine::cli
