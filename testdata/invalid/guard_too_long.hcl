# A day and an hour.
guard { confirm_within = "25h" }
#                        ^^^^^ error: Unsuitable window: confirm_within is how long you have to confirm before everything is rolled back: from 5s to 24h, and this is 25h0m0s.
