#include "tests/bench/trace_generator.h"

#include "tests/bench/claude_code_text.h"
#include "tests/bench/otlp_text.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace bench {
namespace {

    std::string nameOf(const TraceWish& wish)
    {
        std::string name = wish.shape == TraceShape::OtlpLines ? "otlp-lines"
            : wish.shape == TraceShape::OtlpDocument           ? "otlp-document"
                                                               : "claude-code";
        name += "-" + std::to_string(wish.bytes) + "-" + std::to_string(wish.spans) + "-"
            + std::to_string(wish.seed) + (wish.withHistory ? "-history" : "");
        return name + (wish.shape == TraceShape::OtlpDocument ? ".json" : ".jsonl");
    }

    /// A file that is written once and ends the program where that fails.
    class OutFile
    {
    public:
        explicit OutFile(const std::filesystem::path& path)
            : m_path(path)
            , m_file(path, std::ios::binary)
        { }

        void write(std::string& text)
        {
            m_file.write(text.data(), static_cast<std::streamsize>(text.size()));
            m_written += text.size();
            text.clear();
            if (!m_file) {
                std::fprintf(stderr, "Cannot write %s.\n", m_path.c_str());
                std::exit(1);
            }
        }

        [[nodiscard]] std::uint64_t written() const { return m_written; }

    private:
        std::filesystem::path m_path;
        std::ofstream m_file;
        std::uint64_t m_written = 0;
    };

    template<class Writer>
    std::uint64_t writeRuns(const TraceWish& wish, Writer&& writer, OutFile& file)
    {
        RandomSource random(wish.seed);
        std::string text;
        std::uint64_t spans = 0;
        std::uint64_t start = 1'767'225'600'000'000'000; // 2026-01-01
        writer.begin(text);
        while (file.written() < wish.bytes || spans < wish.spans) {
            const Run run = makeRun(random, start);
            start += random.between(1, 5'000) * 1'000'000;
            spans += writer.append(text, run, random);
            file.write(text);
        }
        writer.end(text);
        file.write(text);
        return spans;
    }

} // namespace

GeneratedTrace generateTrace(const TraceWish& wish, const std::filesystem::path& folder)
{
    GeneratedTrace made {.path = folder / nameOf(wish)};
    const std::filesystem::path note = made.path.string() + ".spans";
    if (std::ifstream known(note); known >> made.spans) {
        made.bytes = std::filesystem::file_size(made.path);
        return made;
    }
    std::filesystem::create_directories(folder);
    {
        OutFile file(made.path);
        if (wish.shape == TraceShape::ClaudeCode)
            made.spans = writeRuns(wish, ClaudeCodeText(), file);
        else
            made.spans = writeRuns(
                wish, OtlpText(wish.shape == TraceShape::OtlpDocument, wish.withHistory), file);
        made.bytes = file.written();
    }
    std::ofstream(note) << made.spans << '\n';
    return made;
}

} // namespace bench
