"""Every post gets a fair hearing: who may care, how many have really seen it, and what a reader's page holds.

The pure part (encoder, interests, audience, hearing, ranking) knows no database and no score of a person;
the evaluator runs exactly this part.
"""
