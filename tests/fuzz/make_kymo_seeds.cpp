// make_kymo_seeds FOLDER TRACE...: saves each trace as a .kymo file in FOLDER, where a fuzzer or
// its replay starts from them. Pages are made small: most of a 16 KiB page would be empty, and a
// fuzzer would spend its time there.

#include "tracestore/open_trace.h"
#include "tracestore/register_builtins.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <cstdio>
#include <sqlite3.h>

using namespace tracestore;

namespace {

namespace fs = std::filesystem;

bool shrinkPages(const fs::path& path)
{
    sqlite3* database = nullptr;
    const bool isDone = sqlite3_open(path.c_str(), &database) == SQLITE_OK
        && sqlite3_exec(database, "PRAGMA page_size = 512; VACUUM", nullptr, nullptr, nullptr)
            == SQLITE_OK;
    sqlite3_close(database);
    return isDone;
}

bool makeSeed(const fs::path& source, const fs::path& folder)
{
    const ImporterRegistry importers = builtinImporters();
    Job job;
    const auto trace = openTrace({.paths = {source}}, importers, job);
    const fs::path seed = folder / (source.filename().string() + ".kymo");
    // One that is refused would be no start.
    return trace && saveKymo(**trace, seed, job) && shrinkPages(seed) && openKymo(seed, job);
}

} // namespace

int main(int argc, char** argv)
{
    for (int i = 2; i < argc; ++i) {
        std::error_code error;
        fs::create_directories(argv[1], error);
        if (!makeSeed(argv[i], argv[1])) {
            std::fprintf(stderr, "No seed could be made of %s.\n", argv[i]);
            return 1;
        }
    }
    return argc > 2 ? 0 : 2;
}
