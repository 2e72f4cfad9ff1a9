#pragma once

#include "tracestore/base/binary_io.h"
#include "tracestore/base/executor.h"
#include "tracestore/base/job.h"
#include "tracestore/base/registry.h"
#include "tracestore/model/trace_builder.h"
#include "tracestore/store/byte_source.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace tracestore {

/// The beginning of a file, as far as a format needs to see it to know itself.
struct Sample
{
    static constexpr std::size_t kSize = std::size_t {256} << 10U;

    std::string_view head; ///< up to kSize bytes of the unpacked content
    bool isWhole = false; ///< the head is all there is
    std::filesystem::path path;
};

/// A file that takes part in an import; already among the builder's files.
struct ImportFile
{
    std::filesystem::path path;
    std::shared_ptr<const ByteSource> bytes;
    FileId id;
};

/// One foreign format. Stateless and shared by threads. How to add one: README.md in
/// this folder.
class Importer
{
public:
    Importer() = default;
    Importer(const Importer&) = delete;
    Importer& operator=(const Importer&) = delete;
    virtual ~Importer() = default;

    /// Stable, lower case: `otlp`, `claude-code`.
    [[nodiscard]] virtual std::string_view id() const = 0;

    /// For people: `OpenTelemetry (OTLP/JSON)`.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Where such files come from, for people, in a few words without a full stop:
    /// `OpenTelemetry collector (file exporter) and SDKs that write OTLP/JSON`.
    [[nodiscard]] virtual std::string_view origin() const = 0;

    /// Whether the content is of this format. Importers are asked in the order of the registry;
    /// the first that says yes reads the file.
    [[nodiscard]] virtual bool sniff(const Sample& sample) const = 0;

    /// Other files that belong to the one at `path`, in a fixed order (a session's sub-agents).
    [[nodiscard]] virtual std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const
    {
        static_cast<void>(path);
        return {};
    }

    /// Adds what the files hold to the builder, and gives the source of their payloads. Bad input
    /// goes to the builder's report and the rest is read on; fails only where nothing could be read
    /// (Corrupt, Io) or with Cancelled. `job` is told of progress in bytes.
    [[nodiscard]] virtual Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const = 0;

    /// Likewise, with threads to work on; what the trace becomes does not depend on how many. For
    /// formats of which files of gigabytes are read; others read() on one thread.
    [[nodiscard]] virtual Result<std::shared_ptr<const PayloadSource>>
    readParallel(const std::vector<ImportFile>& files,
                 TraceBuilder& builder,
                 Job& job,
                 Executor& executor) const
    {
        static_cast<void>(executor);
        return read(files, builder, job);
    }

    /// Writes what `payloads`, which read() gave, knows of the files, so that they need not be read
    /// again. False where this format cannot: its files are then read at every opening.
    virtual bool savePayloads(const PayloadSource& payloads, BinaryWriter& to) const
    {
        static_cast<void>(payloads);
        static_cast<void>(to);
        return false;
    }

    /// What was saved, for the same files; null where it makes no sense.
    [[nodiscard]] virtual std::shared_ptr<const PayloadSource>
    restorePayloads(const std::vector<ImportFile>& files, BinaryReader& from) const
    {
        static_cast<void>(files);
        static_cast<void>(from);
        return nullptr;
    }
};

using ImporterRegistry = Registry<Importer>;

} // namespace tracestore
