"""Every word that the chat page says, in plain English; a translation is another such module.

Names in braces are filled in by `str.format`. What programs read (field names, reasons) is not
here, nor is what the command line prints.
"""

TITLE = "Ask your articles"

# The three areas
COLLECTION = "Collection"
CONVERSATION = "Conversation"
ARTICLE = "Article"
SHOW = "Show"

# Asking
YOUR_QUESTION = "Your question"
ASK_A_QUESTION = "Ask a question"
ASK = "Ask"
STOP = "Stop"
NEW_CONVERSATION = "New conversation"
YOU_ASKED = "You asked: "
NO_QUESTION = "Please type a question."
STOPPED = "Stopped. Your question is back in its field."
LOADING = "Loading the language model…"
WAITING = "Waiting: your question has place {place} in the line."
SEARCHING = "Searching the articles…"
READING = "Reading what was found…"
STEP_DONE = {
    "searching": "Searched the articles in {milliseconds} ms",
    "reading": "Read what was found in {milliseconds} ms",
}
WENT_WRONG = "Something went wrong; the terminal that article-qa runs in says what."
NO_SUCH_WISH = "The page asked for something that is not there any more. Load it again."
SEARCHED_INSTEAD = "Searched for ‘{instead}’ instead of ‘{word}’."
UNDERSTOOD_AS = "Understood as:"
EDIT = "Edit"
EDIT_UNDERSTOOD = "Edit how the question was understood"
EDIT_QUESTION = "Edit the question"
EDITING = "You are editing question {number}; it and what follows it will be replaced."
EDITING_UNDERSTOOD = (
    "Question {number} will be asked just as it stands here; it and what follows it will be "
    "replaced."
)
CANCEL = "Cancel"
ASK_AGAIN = "Ask again"
QUESTION_IS = "Question {number}"

# Answers
NO_ARTICLE_CONTAINS = "No article contains {words}."
CONFIDENCE = {
    "high": (
        "Well supported",
        "About {share} in 10 answers with this sign were right when measured.",
    ),
    "medium": (
        "Fairly sure",
        "About {share} in 10 answers with this sign were right when measured.",
    ),
    "low": (
        "Unsure",
        "Only about {share} in 10 answers with this sign were right when measured: "
        "read the source.",
    ),
}
ALSO_POSSIBLE = "Also possible:"
SOURCE = "Source"
SOURCES = "Sources"
SOURCES_OF = "Sources of question {number}"
NEAREST_OF = "Nearest sentences to question {number}"
SOURCE_NUMBER = "Source {number}: {title}"
NEAREST = "Nearest sentences"
NOTHING_NEAR = "There is nothing near to this question."
READ_NOT_USED = "{count} read and not used: why not?"
SIGNALS = "What ranked it"
LEFT_OUT = "left out"
COPY = "Copy with sources"
COPIED = "Copied"
CANNOT_COPY = "The browser does not allow copying"
TIMES = "Searching {searching} ms, reading {reading} ms"
COVERED = "The articles are dated {dates}."
TRY = "Questions that they answer:"
ASK_NEXT = "Ask next:"
SUGGESTIONS = "Further questions"
REFUSALS = {
    "empty_question": "No question",
    "question_too_long": "The question is too long",
    "empty_index": "No articles yet",
    "no_matching_article": "No article passes the filters",
    "nothing_relevant": "Nothing about this in the articles",
    "not_answered": "The articles are about this, but do not say it",
}
SIGNAL_NAMES = {
    "context_similarity": "meaning, sentence in its context",
    "paragraph_similarity": "meaning, whole paragraph",
    "sentence_bm25": "words, sentence",
    "context_bm25": "words, sentence with title and neighbours",
    "offers_number": "has a number, as asked",
    "offers_time": "has a time, as asked",
    "offers_name": "has a name, as asked",
    "coverage": "share of the question's words",
    "word_pairs": "share of the question's word pairs",
    "article": "best sentence of its article",
    "reading": "reading: answers the question",
}
SCORE = "score"

# Feedback
GOOD = "Good answer"
BAD = "Bad answer"
REMARK = "What was wrong, or right? (optional)"
SEND = "Send"
THANKS = "Thank you; it is kept."

# An article
NO_ARTICLE = "An article opens here when you choose a source, at the sentence that is cited."
BACK = "Back to the conversation"
ORIGINAL = "Original"
BY = "by {author}"
PREVIOUS = "Previous"
PREVIOUS_SOURCE = "Previous source"
NEXT = "Next"
NEXT_SOURCE = "Next source"
PLACE = "Source {number} of {count}"
KEYS = "Keys: n and p"
CHANGED_SINCE = "This is the article as it was cited; it has been changed since."
REMOVED_SINCE = "This is the article as it was cited; it has been removed since."

# Who is signed in
SIGN_IN = "Sign in"
SIGN_IN_NOTE = "Sign in to ask, and to see your conversations."
USER_NAME = "Name"
PASSWORD = "Password"
WRONG_PASSWORD = (
    "The name or the password is wrong. After a few wrong ones, the next is looked at only after a "
    "while: wait half a minute before you try again."
)
UNREACHABLE = "The server does not answer. Is it still running? Please try again."
SIGN_OUT = "Sign out"

# Saving
SAVE_PAGE = "Save conversation"
SAVE_DATA = "Save as JSON"
FILE = "File"

# Conversations
CONVERSATIONS = "Conversations"
FIND_CONVERSATION = "Search conversations"
NO_CONVERSATIONS = "They will be listed here."
NONE_FOUND = "No conversation has these words."
RENAME = "Rename"
DELETE = "Delete"
REALLY_DELETE = "Delete for ever?"
NEW_NAME = "New name"
FORGOTTEN = "This conversation has been deleted."

# The collection
ARTICLES = "Articles"
NO_ARTICLES = "There are no articles yet"
NO_ARTICLES_HERE = "Add files here, or paste a text. In a terminal, whole folders:"
NO_ARTICLES_TERMINAL = "Add files or folders in a terminal, then load this page again:"
WELCOME = "What would you like to know?"
WELCOME_TEXT = (
    "The answer comes with the exact sentences it rests on. If the articles do not answer, you "
    "are told so."
)
ADD_FILES = "Add files"
PASTE_TEXT = "Paste a text"
PASTED_TITLE = "Title"
PASTED_TEXT = "Text"
PASTED_SOURCE = "Outlet (optional)"
PASTED_AUTHOR = "Author (optional)"
PASTED_DATE = "Date (optional)"
ADD = "Add"
ADDING = "Adding {title}: {sentences}"
STOP_ADDING = "Stop adding"
ADDING_STOPPED = "Stopped. What was added stays."
ADDED = "{count} added"
REPLACED = "{count} replaced"
UNCHANGED = "{count} unchanged"
FAILED = "{count} failed"
NOTHING_ADDED = "There was nothing to add."
NO_PASTED_TITLE = "Give the text a title."
NO_PASTED_TEXT = "Paste the text first."
BAD_DATE = "“{date}” is no date; write it as 2023-02-07."
REMOVE = "Remove"
REMOVE_ARTICLE = "Remove {title}"
REMOVED = "Removed “{title}”."
UNDO = "Undo"
BACK_AGAIN = "“{title}” is back."
READ_ARTICLE = "Read {title}"
MORE_ARTICLES = "and {count} more; questions are asked of them too."

# Filters
FILTER = "Ask only some of them"
OUTLETS = "Outlets"
FROM = "From"
UNTIL = "Until"
CHOSEN_ARTICLES = "Only the ticked articles"
CHOOSE_ARTICLE = "Ask {title}"
ASKED_ONLY = "Asked only:"
CHOSEN = "{count} chosen"
ALL_AGAIN = "Ask all"

# Counted things: one, several
NOUNS = {
    "article": ("article", "articles"),
    "sentence": ("sentence", "sentences"),
    "source": ("source", "sources"),
    "question": ("question", "questions"),
    "outlet": ("outlet", "outlets"),
    "other sentence": ("other sentence", "other sentences"),
}
MONTHS = (
    "January February March April May June July August September October November December"
).split()


def count(number: int, noun: str) -> str:
    """A number with what is counted, such as "1,200 articles"."""
    return f"{number:,} {NOUNS[noun][number != 1]}"
