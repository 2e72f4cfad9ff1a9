#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tests {

/// What a golden file holds. With UPDATE_GOLDEN=1 in the environment it is first written anew from
/// `actual`; whoever does so reads the difference.
inline std::string golden(const std::filesystem::path& path, const std::string& actual)
{
    if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1') {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << actual;
    }
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

} // namespace tests

/// Compares with a golden file as text.
#define KYMO_COMPARE_GOLDEN(actual, path)                                                          \
    QCOMPARE(QString::fromStdString(actual), QString::fromStdString(tests::golden(path, actual)))
