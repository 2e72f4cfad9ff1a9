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

/// How a judgement does on one half of a labelled set.
struct LabelledScore
{
    std::size_t right = 0;
    std::size_t rows = 0;
};

/// Counts what a judgement gets right of one half; what it misses is printed, so that everybody
/// sees what it cannot do.
inline LabelledScore scoreOf(const std::vector<nlohmann::json>& rows,
                             const char* half,
                             const char* label,
                             const std::function<bool(const nlohmann::json&)>& judge)
{
    LabelledScore score;
    for (const nlohmann::json& row : rows) {
        if (row.at("set") != half)
            continue;
        ++score.rows;
        const bool wanted = row.at(label).get<bool>();
        if (judge(row) == wanted)
            ++score.right;
        else
            qInfo("missed (%s is %s): %s", label, wanted ? "true" : "false", row.dump().c_str());
    }
    qInfo("%s: %zu of %zu right", half, score.right, score.rows);
    return score;
}

/// Measures a judgement on a labelled set: on the half by which its thresholds were set (`tuned`),
/// which is returned, and on the half that nothing was set by (`held`), which is only reported: it
/// says what to expect, and whoever changes a threshold must not look at its rows.
inline LabelledScore measure(const char* file,
                             const char* label,
                             const std::function<bool(const nlohmann::json&)>& judge)
{
    const auto rows = labelledSet(file);
    const LabelledScore tuned = scoreOf(rows, "tuned", label, judge);
    const LabelledScore held = scoreOf(rows, "held", label, judge);
    if (tuned.rows + held.rows != rows.size() || held.rows == 0)
        qFatal("a row of %s is of no half, or none is held out", file);
    return tuned;
}

} // namespace tests
