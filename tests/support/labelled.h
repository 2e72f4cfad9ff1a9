#pragma once

#include "tests/support/test_paths.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <fstream>
#include <functional>
#include <vector>

namespace tests {

/// The lines of a labelled set in tests/data/policies.
inline std::vector<nlohmann::json> labelledSet(const char* name)
{
    std::vector<nlohmann::json> rows;
    std::ifstream file(dataDir() / "policies" / name);
    for (std::string line; std::getline(file, line);) {
        auto row = tracestore::parseJson(line);
        if (row)
            rows.push_back(std::move(*row));
    }
    return rows;
}

/// How many rows a judgement gets right; the others are printed, so that everybody sees what it
/// cannot do.
inline std::size_t countRight(const std::vector<nlohmann::json>& rows,
                              const char* label,
                              const std::function<bool(const nlohmann::json&)>& judge)
{
    std::size_t right = 0;
    for (const nlohmann::json& row : rows) {
        const bool wanted = row[label].get<bool>();
        if (judge(row) == wanted)
            ++right;
        else
            qInfo("missed (%s is %s): %s", label, wanted ? "true" : "false", row.dump().c_str());
    }
    qInfo("%zu of %zu right", right, rows.size());
    return right;
}

} // namespace tests
