// What the jobs do, and in which order.

#include "app/jobs.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <vector>

#include "store/record/files.hpp"
#include "store/record/record_fixture.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::app {
namespace {

class AppJobs : public record::RecordTest {
protected:
    std::int64_t count_files() {
        std::int64_t count = 0;
        database.sql() << "SELECT count(*) FROM file", soci::into(count);
        return count;
    }

    config::Site site;
    boost::asio::io_context io{1};
    record::TemporaryDirectory data;
    record::Database database{url()};
    record::Worker worker{io.get_executor(), url()};
    files::FileStore store{io.get_executor(), data.path()};
    ticketing::PolicyPtr policy = ticketing::make_policy(site, "https://example.mx", "secret");
};
using record::Backend;
using record::backend_name;
ON_BOTH_DATABASES(AppJobs);

// Timed changes follow within 5 s, however many files wait to be deleted.
TEST_P(AppJobs, WhatFallsDueIsLookedAtBetweenBatchesOfFiles) {
    for (int i = 0; i < 120; ++i) {
        record::FileRecord file;
        file.id = "f_" + std::to_string(i);
        file.media_type = "image/png";
        file.erased = true;
        record::FileRepository(database).insert(file);
    }
    std::vector<std::int64_t> left;
    const auto look = [&] {  // once each time that timers are applied
        left.push_back(count_files());
        if (left.back() == 0) io.stop();
        return policy;
    };
    Jobs jobs(JobServices{io, site, worker, store, look});
    jobs.start();
    io.run_for(std::chrono::seconds(60));
    EXPECT_EQ(left, (std::vector<std::int64_t>{120, 70, 20, 0}));
}

}  // namespace
}  // namespace ventanilla::app
